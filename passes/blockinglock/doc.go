// Package blockinglock defines an Analyzer that reports waiting for another goroutine
// while holding a lock which that goroutine needs first.
//
// # Analyzer blockinglock
//
// blockinglock: report waits under a lock for a goroutine that needs that lock
//
// A send on a channel waits for a receiver, and WaitGroup.Wait waits for all that was
// added. If the other side must first get a lock that is held meanwhile, both hang:
//
//	func (s *Server) Stop() {
//		s.mu.Lock()
//		defer s.mu.Unlock()
//		close(s.quit)
//		<-s.done // waits for serve
//	}
//
//	func (s *Server) serve() {
//		defer close(s.done)
//		for {
//			select {
//			case r := <-s.requests:
//				s.mu.Lock() // waits for Stop
//				s.count[r]++
//				s.mu.Unlock()
//			case <-s.quit:
//				return
//			}
//		}
//	}
//
// Release the lock before the wait.
//
// The categories are:
//
//   - channel: a send, a receive, a range over a channel or a select statement.
//   - buffer: a send on a channel with a buffer, which hangs once that is full. Off by default.
//   - waitgroup: Wait of a sync.WaitGroup or an errgroup.Group.
//   - cond: Wait of a sync.Cond with a second lock held, which Wait does not release.
//   - shutdown: Shutdown of an http.Server whose handlers need the lock.
//   - poll: a loop that looks at a field until it changes.
//   - joined: a call of another package that waits for a goroutine there, which calls
//     what this package has given it, and that needs the lock.
//   - never: nothing acts on the other end.
//   - loop: WaitGroup.Wait inside the loop that starts the goroutines, with one Add for
//     all of them before the loop. No lock takes part.
//   - once: Do of a sync.Once by the function that this Do runs, directly or through
//     callees.
//
// These need no lock either:
//
//   - count: Wait of a sync.WaitGroup that never returns: a path has fewer calls of Done
//     than what was added, or a Done comes only after the Wait.
//   - excess: the same on every path: the calls of Done that are in sight are too few.
//     Off by default.
//   - late: Add after the go statement of the goroutine that calls Done.
//   - itself: Add in the goroutine itself. Off by default.
//   - undrained: a Wait for goroutines that send on a channel without a buffer which is received from only afterwards.
//   - negative: more calls of Done than what was added, at which the last one panics. Off by default.
//   - twice: a path of a goroutine that calls the Done itself which it has deferred.
//   - nilfunc: Do of a sync.Once, or sync.OnceFunc and its like, of a nil function.
//
// A wait is reported only if all operations that could end it are in sight, and each
// comes after getting the lock.
package blockinglock
