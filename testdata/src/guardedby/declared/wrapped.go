package declared

import "sync"

// rwMutex is a lock of its own, as code generators write them.
type rwMutex struct{ mu sync.RWMutex }

// +checklocksignore
func (m *rwMutex) Lock() { m.mu.Lock() }

// +checklocksignore
func (m *rwMutex) Unlock() { m.mu.Unlock() }

// +checklocksignore
func (m *rwMutex) RLock() { m.mu.RLock() }

// +checklocksignore
func (m *rwMutex) RUnlock() { m.mu.RUnlock() }

type wrapped struct {
	mu rwMutex
	// +checklocks:mu
	n int
}

func (w *wrapped) Set(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n = n
}

func (w *wrapped) Get() int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.n
}

func (w *wrapped) Add(n int) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	w.n += n // want `w.n is written while w.mu is locked for reading only`
}

func (w *wrapped) Bare() int {
	return w.n // want `w.n is read without w.mu`
}

// foreign is a lock that nobody can see through.
type foreign interface {
	Acquire()
	Release()
}

type odd struct {
	mu foreign
	n  int //lockvet:guardedby mu
}

func (o *odd) Set(n int) {
	o.mu.Acquire()
	o.n = n
	o.mu.Release()
}

// spin is a lock that no function of sync has a part in.
type spin struct{ v *int }

// +checklocksignore
func (s *spin) Lock() { *s.v = 1 }

// +checklocksignore
func (s *spin) Unlock() { *s.v = 0 }

type spun struct {
	mu spin
	// +checklocks:mu
	n int
}

func (s *spun) Set(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(n)
	s.n++
}

// +checklocks:s.mu
func (s *spun) set(n int) { s.n = n }
