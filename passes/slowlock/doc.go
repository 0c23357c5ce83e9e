// Package slowlock defines an Analyzer that reports operations that may block for
// long in a critical section.
//
// # Analyzer slowlock
//
// slowlock: report operations that may block for long while a lock is held
//
// Every goroutine that needs a lock waits as long as its holder does: for a server
// that does not answer, a disk, a process. One slow request then stops all
// others, and a timeout of a minute becomes a minute of silence:
//
//	func (c *Cache) Get(url string) (*http.Response, error) {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//		if r, ok := c.m[url]; ok {
//			return r, nil
//		}
//		return c.fetch(url) // an HTTP request, with c.mu held
//	}
//
// Decide under the lock what to do, release it, do it, and take the lock again to
// store the result.
//
// Whether this matters is for the reader to judge: some locks are there to let one
// goroutine at a time write to a file. So this check is off unless it is named.
//
// There is one finding for each critical section. It names the slowest operation,
// which may be in a function that is called with the lock held, in another package
// too. The categories name the operation:
//
//   - sleep: time.Sleep under a lock.
//   - process: a process started or waited for under a lock.
//   - network: a wait for the network, HTTP, gRPC, Redis or Kafka under a lock.
//   - database: an operation of database/sql under a lock.
//   - channel: a wait for another goroutine under a lock: a send, a receive, a select
//     without default, or a method like sync.WaitGroup.Wait.
//   - file: an operation of the file system under a lock.
package slowlock
