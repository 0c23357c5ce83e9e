// Package slowlock defines an Analyzer that reports operations that may block for
// long in a critical section.
//
// # Analyzer slowlock
//
// slowlock: report operations that may block for long while a lock is held
//
// Everybody who wants a lock waits for as long as its holder waits: for a server
// that does not answer, for a disk, for a process. One slow request then stops all
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
// too. The categories say what is waited for:
//
//   - sleep: time.Sleep.
//   - process: a process that is started or waited for.
//   - network: a peer or a name server; also through HTTP, gRPC, Redis and Kafka clients.
//   - database: database/sql.
//   - channel: another goroutine: a send, a receive, a select statement without
//     default, or a method like sync.WaitGroup.Wait.
//   - file: the file system.
package slowlock
