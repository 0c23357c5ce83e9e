// Package contract has functions with contracts, and calls of them.
package contract

import "sync"

type store struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	locks []sync.Mutex
	n     int
	hook  func()
}

// lock does what its contract says.
//
//lockvet:acquires s.mu
func (s *store) lock() { s.mu.Lock() }

//lockvet:releases s.mu
func (s *store) unlock() { s.mu.Unlock() }

//lockvet:acquires s.mu
func (s *store) lockIf(ok bool) {
	if !ok {
		return // want `\(\*store\)\.lockIf returns here without s\.mu held, but by its contract \(bodies\.go:\d+\) it acquires s\.mu`
	}
	s.mu.Lock()
}

//lockvet:acquires s.mu
func (s *store) never() {
	s.n++
} // want `\(\*store\).never returns here without s.mu held`

//lockvet:releases s.mu
func (s *store) unlockIf(ok bool) {
	if ok {
		s.mu.Unlock()
		return
	}
	s.n++
} // want `\(\*store\)\.unlockIf returns here with s\.mu still held, but by its contract \(bodies\.go:\d+\) it releases s\.mu`

//lockvet:holds s.mu
func (s *store) add() { s.n++ }

//lockvet:holds s.mu
func (s *store) addTwice() {
	s.add()
	s.add()
}

//lockvet:holds s.mu
func (s *store) locks2() {
	s.mu.Lock() // want `\(\*store\)\.locks2 locks s\.mu, but by its contract \(bodies\.go:\d+\) it is called with s\.mu held`
	s.n++
	s.mu.Unlock()
}

//lockvet:holds s.mu
func (s *store) locksInCallee() {
	s.total() // want `\(\*store\)\.locksInCallee locks s\.mu at bodies\.go:\d+ by \(\*store\)\.total, but by its contract \(bodies\.go:\d+\) it is called with s\.mu held`
}

func (s *store) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

//lockvet:holds s.mu
func (s *store) drops() {
	s.n++
	s.mu.Unlock() // want `\(\*store\)\.drops returns here with s\.mu released at bodies\.go:\d+, but by its contract \(bodies\.go:\d+\) it is called with s\.mu held`
}

// Around something slow, the lock is given back and taken again.
//
//lockvet:holds s.mu
func (s *store) around() {
	s.mu.Unlock()
	defer s.mu.Lock()
	s.n++
}

//lockvet:excludes s.mu
func (s *store) unlocks() {
	s.mu.Unlock() // want `\(\*store\)\.unlocks unlocks s\.mu, but by its contract \(bodies\.go:\d+\) it is called without s\.mu`
}

// What a function calls that nobody can see may do what the contract says.
//
//lockvet:acquires s.mu
func (s *store) hidden() { s.hook() }

// The element is not known. The contract says which lock callers have to think of.
//
//lockvet:acquires s.rw read
func (s *store) downgrade() { s.hook() }

//lockvet:acquires s.rw read
//lockvet:releases s.rw
func (s *store) exchange() {
	s.rw.Unlock()
	s.rw.RLock()
}

//lockvet:acquires s.rw read
func (s *store) wrongMode() {
	s.rw.Lock()
} // want `\(\*store\).wrongMode returns here without s.rw held for reading`

// A contract about a result is checked as any other.
//
//lockvet:acquires s.mu
func newLocked() (s *store) {
	return &store{} // want `newLocked returns here without s.mu held`
}
