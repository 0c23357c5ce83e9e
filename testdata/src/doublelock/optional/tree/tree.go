// Package tree has a list that locks if it is told to, when it is made.
package tree

import "sync"

type Tree struct {
	mu    sync.RWMutex
	locks bool
	items []int
}

func New(locks bool) *Tree { return &Tree{locks: locks} }

func (t *Tree) Set(i int) {
	if t.locks {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	t.items = append(t.items, i)
}

func (t *Tree) Has(i int) bool {
	if t.locks {
		t.mu.RLock()
		defer t.mu.RUnlock()
	}
	for _, j := range t.items {
		if i == j {
			return true
		}
	}
	return false
}

func (t *Tree) Each(f func(int)) {
	if t.locks {
		t.mu.RLock()
		defer t.mu.RUnlock()
	}
	for _, i := range t.items {
		f(i)
	}
}

// Always locks.
func (t *Tree) Always(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f()
}

// A Set has a lock if it is told to.
type Set struct {
	mu    *sync.Mutex
	items map[int]bool
}

type Option func(*Set)

func Locking() Option { return func(s *Set) { s.mu = new(sync.Mutex) } }

func NewSet(options ...Option) *Set {
	s := &Set{items: make(map[int]bool)}
	for _, o := range options {
		o(s)
	}
	return s
}

func (s *Set) Has(i int) bool {
	if s.mu != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.items[i]
}

func (s *Set) Each(f func(int)) {
	if s.mu != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	for i := range s.items {
		f(i)
	}
}
