// Package missingunlock defines an Analyzer that reports paths on which a lock
// stays held.
//
// # Analyzer missingunlock
//
// missingunlock: report returns with a lock held that other paths release
//
// A function that locks a mutex and releases it before some of its returns, but
// not before all, leaves the lock held forever on the paths it forgot; the next
// goroutine that needs the lock hangs:
//
//	func (c *Client) Token() (string, error) {
//		c.mu.Lock()
//		if c.closed {
//			return "", ErrClosed // c.mu is still locked
//		}
//		t := c.token
//		c.mu.Unlock()
//		return t, nil
//	}
//
// Unlock before that return, or write defer c.mu.Unlock() after the Lock.
//
// A function whose job is to return with the lock held is judged where it is
// used: nothing is reported if a caller releases the lock, or a function
// literal, goroutine or other method that was given the job.
//
// The categories are:
//
//   - return: a return with the lock held.
//   - never: a lock that neither the function nor its callers nor any other function
//     unlocks.
//   - loop: the next iteration of a loop begins with the lock of the last one's object
//     held.
//   - panic: an explicit panic, or a call of a function that others have handed over, with the lock held, in a function that recovers
//     or in a handler of net/http, so that the program continues with it locked.
package missingunlock
