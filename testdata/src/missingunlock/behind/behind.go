// Package behind locks and unlocks objects through an interface value in a field.
package behind

import "sync"

type inode interface {
	Lock()
	Unlock()
	look() int
}

type locker interface {
	Lock()
	Unlock()
}

type dir struct {
	mu locker
	n  int
}

func (d *dir) Lock()     { d.mu.Lock() }
func (d *dir) Unlock()   { d.mu.Unlock() }
func (d *dir) look() int { return d.n }

func newDir(n int) inode { return &dir{new(sync.Mutex), n} }

// A Suite has a method that is called at the end, and unlocks what is in the field then.
type Suite struct{ in inode }

func (s *Suite) SetUp() {
	s.in = s.create(1)
	s.in.Lock()
}

func (s *Suite) TearDown() { s.in.Unlock() }

func (s *Suite) create(n int) inode { return newDir(n) }

func (s *Suite) Other() int {
	s.in.Unlock()
	s.in = s.create(2)
	s.in.Lock()
	return s.in.look()
}
