// Package guardedby defines an Analyzer that reports fields and variables that are used
// without the lock that guards them.
//
// # Analyzer guardedby
//
// guardedby: report fields that are used without the lock that guards them
//
// A field that is read and written under its lock everywhere, but for one place, is a
// data race at that place:
//
//	func (c *Cache) Put(k, v string) {
//		c.mu.Lock()
//		c.items[k] = v
//		c.mu.Unlock()
//		if len(c.items) > c.max { // c.items is read without c.mu
//			c.shrink()
//		}
//	}
//
// Which lock guards a field is declared by a comment at the field, or inferred from what
// is held where the package uses it. A finding that rests on inference names two accesses
// that can meet.
//
//	items map[string]string //lockvet:guardedby mu
//
// This check is off unless it is named.
//
// The categories are:
//
//   - declared: an access without the lock that the declaration of the field asks for.
//   - readlock: a write while the guard is locked for reading only.
//   - forgotten: an access in a function that takes the guard at another place: a write, a read of a map or slice, or of what the function uses under the guard, too.
//   - outside: any other read in such a function.
//   - getter: an exported method that reads a field of its receiver, which another method writes under the guard.
//   - map: a map is read or written in a function that never takes the guard, although three others or more have it.
//   - leaked: a map or slice that is loaded under the guard and used without it.
package guardedby
