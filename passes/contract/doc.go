// Package contract defines an Analyzer that reports functions and callers that violate
// an annotation about locks.
//
// # Analyzer contract
//
// contract: report violations of annotations about locks
//
// Where lockvet cannot see what a function does to locks, its declaration can say it:
//
//	//lockvet:acquires s.mu
//	func (s *Store) lock() { s.locks[s.id].Lock() }
//
//	//lockvet:holds s.mu
//	func (s *Store) flush() error
//
// The verbs are acquires, releases, holds and excludes, with the word read at the end
// for a read lock. They stand above functions, methods of interfaces, function types,
// and variables and fields of function type. The annotations of gVisor's checklocks at
// functions, such as // +checklocks:s.mu, mean what they mean there.
//
// The other checks use contracts, too: doublelock reports a call of lock with s.mu held.
// This check reports the rest.
//
// The categories are:
//
//   - malformed: a contract that cannot be read, or names no lock.
//   - broken: a function that does not do what its contract says.
//   - unheld: a call without the lock that the contract says is held.
//   - excluded: a call with a lock held that the contract excludes.
package contract
