// Package blockinglock defines an Analyzer that reports waiting for another goroutine
// while holding a lock which that goroutine needs first.
//
// # Analyzer blockinglock
//
// blockinglock: report waits under a lock for somebody who needs that lock
//
// Who sends on a channel waits for a receiver, who calls WaitGroup.Wait waits for all
// that was added. If the lock that is held meanwhile is one that the other side has to
// get first, neither goes on:
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
//   - waitgroup: Wait of a sync.WaitGroup or an errgroup.Group.
//   - cond: Wait of a sync.Cond with a second lock held, which Wait does not release.
//   - never: nobody at all acts on the other end.
//   - loop: Wait of a sync.WaitGroup inside the loop that starts what it waits for, with
//     one Add for all turns before the loop. This needs no lock.
//   - once: Do of a sync.Once by the function that this Do is running, directly or through
//     callees. Do returns after that function has.
//
// These need no lock either:
//
//   - count: Wait of a sync.WaitGroup that never returns: a path, or all of them, have
//     fewer calls of Done than what was added.
//   - negative: more calls of Done than what was added, at which the last one panics.
//   - nilfunc: Do of a sync.Once, or sync.OnceFunc and its like, of a nil function.
//
// A wait is reported only if everybody who could end it is in sight and comes to it
// only after getting the lock, or not at all.
package blockinglock
