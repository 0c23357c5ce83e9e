// Package doublelock defines an Analyzer that reports acquiring a lock that the
// same goroutine already holds.
//
// # Analyzer doublelock
//
// doublelock: report locks acquired while the same goroutine holds them
//
// A sync.Mutex is not reentrant: a goroutine that calls Lock on a mutex it has
// already locked waits for itself, forever. The second Lock is often in
// another function, called with the lock held:
//
//	func (c *Cache) Set(k, v string) {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		if len(c.m) > c.max {
//			c.evict() // locks c.mu again: deadlock
//		}
//		c.m[k] = v
//	}
//
// Split such a method in two: an exported one that locks, and an unexported one
// that says in its comment that the caller holds the lock.
//
// The categories are:
//
//   - again: Lock after Lock.
//   - upgrade: Lock after RLock of an RWMutex. A read lock cannot be upgraded.
//   - readunderwrite: RLock after Lock.
//   - recursiveread: RLock after RLock, which deadlocks if another goroutine calls
//     Lock between the two.
//
// In a recursive read lock, new readers wait for that writer, and the writer waits for
// the first read lock. The documentation of sync.RWMutex prohibits it.
//
// Locks are compared as objects, not by name: two elements of a slice, two nodes
// of a list or the same field in two iterations of a loop are different locks.
package doublelock
