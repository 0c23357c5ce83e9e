// Package lockorder defines an Analyzer that reports lock-order deadlocks.
//
// # Analyzer lockorder
//
// lockorder: report lock-order deadlocks
//
// A goroutine that holds one lock and waits for another hangs if the goroutine that
// holds the other waits for the first:
//
//	func (a *Account) Close() {
//		a.mu.Lock()
//		defer a.mu.Unlock()
//		a.bank.mu.Lock() // the bank, under an account
//		...
//
//	func (b *Bank) Sum() {
//		b.mu.Lock()
//		defer b.mu.Unlock()
//		for _, a := range b.accounts {
//			a.mu.Lock() // an account, under the bank
//			...
//
// Locks are told apart by where they are declared: all accounts have one lock class.
// Orders that a common lock keeps apart, or that belong to one goroutine, are no
// deadlock. Two locks of one class are reported where both orders occur, and the two are
// found in two fields of one object, or in two variables, or one object leads to the other
// by a field, a child to its parent, say; and where a function locks two of its arguments,
// and nothing compares the two first.
//
// The categories are:
//
//   - opposite: two locks in opposite orders
//   - callbacks: the same, where the way to one of them leads through one of several
//     functions that a field or a container may hold. Off by default.
//   - modules: the same, where one of the locks is another module's. Off by default.
//   - ring: a loop starts goroutines that each lock one of several objects and then the
//     next one, the last one the first
//   - cycle: three or more locks in a cycle. Off by default.
//   - instances: the locks of two arguments, both of which the function changes, in
//     the order they are passed. Off by default.
//   - copy: the locks of two arguments, of which the function changes one at most, as
//     it copies, merges or compares. Off by default.
//   - reader: opposite orders of read locks, which deadlock if a writer waits.
//     Off by default.
//   - declared: against the order that comments declare, or comments that contradict
//     each other
package lockorder
