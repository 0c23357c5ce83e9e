// Package condwait defines an Analyzer that reports misuse of sync.Cond.
//
// # Analyzer condwait
//
// condwait: report misuse of condition variables
//
// A goroutine that waits for something to become true locks the Cond's L, tests
// the condition, and calls Wait as long as it is false. The goroutine that makes
// it true does so under the same lock, and then calls Signal or Broadcast:
//
//	c.L.Lock()                        c.L.Lock()
//	for !condition() {                ... make the condition true ...
//		c.Wait()                      c.L.Unlock()
//	}                                 c.Broadcast()
//	... make use of condition ...
//	c.L.Unlock()
//
// Wait unlocks c.L, waits for a Signal or Broadcast, and locks c.L again. In
// between the condition may have become false once more, so it is tested in a loop.
//
// The categories are:
//
//   - recheck: the condition is not tested again after Wait. A fix turns an if
//     into a for where the Wait is all of its body.
//   - untested: Wait right after c.L is locked. The condition may have become true
//     before; then the Signal was lost.
//   - unheld: Wait without c.L held. It ends the program with a fatal error, or
//     unlocks what another goroutine has locked.
//   - mode: Wait with c.L held in the other mode: under RLock of an RWMutex whose
//     write lock is c.L, for example.
//   - handed: Wait in a goroutine that has not locked c.L.
//   - nosignal: Wait on a Cond that nothing signals.
//   - signal: Signal on a Cond on which goroutines wait for different conditions, or
//     for a change that is enough for several of them, or for a flag that is set for
//     good where the package starts several that wait. It may wake one for which
//     nothing has changed, and leaves others asleep. A fix calls Broadcast.
//   - latch: Signal for a flag that is set for good, which concerns all that wait. A fix
//     calls Broadcast. Off by default, as often only one goroutine ever waits.
//   - unannounced: a path that makes a change which a Wait waits for, and ends without
//     Signal or Broadcast.
//   - event: a Wait whose loop also ends when a context is done, or time is up, and
//     that nothing wakes then.
//   - lost: Signal or Broadcast after a change without the lock, which can fall
//     between another goroutine's test and its Wait.
//   - nil: a Cond whose L is nil, of NewCond(nil) for example. Wait panics.
package condwait
