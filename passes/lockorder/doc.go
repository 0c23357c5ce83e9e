// Package lockorder defines an Analyzer that reports locks which goroutines take in
// different orders.
//
// # Analyzer lockorder
//
// lockorder: report locks that goroutines wait for in a circle
//
// A goroutine that holds one lock and waits for another never gets it if the goroutine
// that holds the other waits for the first:
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
// deadlock. Two locks of one class are reported only where a function locks two of its
// arguments, and nothing compares the two first.
//
// The categories are:
//
//   - opposite: two locks in opposite orders
//   - cycle: three or more locks in a circle
//   - instances: the same lock of two arguments, in the order in which they are passed
//   - reader: one of the locks is only read-locked on both sides, so that it takes a
//     writer that waits in between. Off by default.
//   - declared: against the order that comments declare, be there a deadlock or not; or
//     comments that contradict each other
package lockorder
