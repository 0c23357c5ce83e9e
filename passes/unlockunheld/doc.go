// Package unlockunheld defines an Analyzer that reports unlocking a lock that is
// not held, or not in that mode.
//
// # Analyzer unlockunheld
//
// unlockunheld: report unlocks of locks that are not held
//
// Unlocking a mutex that is not locked ends the program with a fatal error that
// cannot be recovered from, or worse, releases the lock of another goroutine:
//
//	func (c *Conn) Close() error {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		if c.closed {
//			c.mu.Unlock() // the deferred call will unlock it again
//			return ErrClosed
//		}
//		...
//
// Functions that unlock a lock of their callers are not reported; their callers
// are checked instead.
//
// The categories are:
//
//   - twice: Unlock of a lock that was unlocked before on the same path, often by
//     a deferred call that runs after an explicit one, or of one that was overwritten
//     with the struct around it.
//   - mode: RUnlock of a lock held by Lock, or Unlock of a lock held by RLock.
//   - path: an unlock that only some paths reach with the lock held.
//   - tried: an unlock on a path on which TryLock has failed.
//   - never: an unlock of a lock that no function can have left locked.
//   - through: as twice, where a callee is one that unlocks, on some of its paths only. Off by default.
//   - foreign: as through, where that is a function of another package. Off by default.
package unlockunheld
