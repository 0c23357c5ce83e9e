package silent

import "sync"

// Shape 1: lock and unlock under the same condition.

type arena struct {
	mu     sync.Mutex
	shared bool
	parent *arena
	free   []int
}

func (a *arena) alloc() (n int) {
	if a.shared {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	if len(a.free) > 0 {
		n, a.free = a.free[0], a.free[1:]
	}
	return n
}

func (a *arena) release(n int) {
	if a.parent != nil {
		a.parent.mu.Lock()
	}
	a.free = append(a.free, n)
	if a.parent != nil {
		a.parent.mu.Unlock()
	}
}

// The condition is negated, or part of a longer one.
func (a *arena) compact(locked, deep bool) {
	if !locked {
		a.mu.Lock()
	}
	if deep && locked {
		a.free = nil
	}
	if locked == false {
		a.mu.Unlock()
	}
}

// A flag that follows the lock.
type spool struct {
	mu   sync.Mutex
	jobs []string
}

func (s *spool) print(emit func(string) bool) (n int) {
	s.mu.Lock()
	held := true
	for _, j := range s.jobs {
		if held {
			s.mu.Unlock()
			held = false
		}
		if !emit(j) {
			break
		}
		n++
		s.mu.Lock()
		held = true
	}
	if held {
		s.mu.Unlock()
	}
	return n
}

// The mode is kept in a variable.
type view struct {
	mu   sync.RWMutex
	rows []int
}

func (v *view) each(f func(int) bool, write bool) {
	lock, unlock := v.mu.RLock, v.mu.RUnlock
	if write {
		lock, unlock = v.mu.Lock, v.mu.Unlock
	}
	lock()
	defer unlock()
	for _, r := range v.rows {
		if !f(r) {
			return
		}
	}
}

// An enumeration decides.
type level int

const (
	none level = iota
	read
	write
)

func (v *view) at(l level, f func()) {
	switch l {
	case read:
		v.mu.RLock()
	case write:
		v.mu.Lock()
	}
	f()
	switch l {
	case read:
		v.mu.RUnlock()
	case write:
		v.mu.Unlock()
	}
}

// A field says that the lock is held, and the callee looks at it.
type writer struct {
	mu     sync.Mutex
	nested bool
	lines  []string
}

func (w *writer) add(line string) {
	if !w.nested {
		w.mu.Lock()
		defer w.mu.Unlock()
	}
	if len(line) > 80 {
		w.nested = true
		w.add(line[80:])
		w.nested = false
		line = line[:80]
	}
	w.lines = append(w.lines, line)
}

// Read-only callee.
type sealed struct {
	mu     sync.Mutex
	locked bool
	n      int
}

func (s *sealed) get() int {
	if !s.locked {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.n
}

func (s *sealed) sum() int {
	s.mu.Lock()
	s.locked = true
	n := s.get() + s.get()
	s.locked = false
	s.mu.Unlock()
	return n
}
