// Package condwait defines an Analyzer that reports misuse of sync.Cond.
//
// # Analyzer condwait
//
// condwait: report misuse of condition variables
//
// A goroutine that waits for something to become true locks the Cond's L, tests
// the condition, and calls Wait as long as it is false:
//
//	c.L.Lock()
//	for !condition() {
//		c.Wait()
//	}
//	... make use of condition ...
//	c.L.Unlock()
//
// Wait unlocks c.L, waits for a Signal or Broadcast, and locks c.L again.
//
// The categories are:
//
//   - unheld: Wait without c.L held. It ends the program with a fatal error, or
//     unlocks what another goroutine has locked.
//   - mode: Wait with c.L held in the other mode: under RLock of an RWMutex whose
//     write lock is c.L, for example.
//   - untested: Wait right after c.L is locked. The condition may have become true
//     before that; then the Signal is lost.
package condwait
