package silent

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

// Shape 11: range-over-func bodies, method values, bound methods, interface
// embedding.

type forest struct {
	mu    sync.RWMutex
	trees map[string]int
}

func (f *forest) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		f.mu.RLock()
		defer f.mu.RUnlock()
		for k, v := range f.trees {
			if !yield(k, v) {
				return
			}
		}
	}
}

func (f *forest) tallest() (best string) {
	height := 0
	for k, h := range f.All() {
		if h > height {
			best, height = k, h
		}
		if h > 100 {
			return k
		}
	}
	return best
}

func (f *forest) fell(keep func(string) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range slices.Sorted(maps.Keys(f.trees)) {
		if keep(k) {
			continue
		}
		delete(f.trees, k)
	}
}

func (f *forest) visit(names iter.Seq[string], look func(int) bool) bool {
	for n := range names {
		f.mu.RLock()
		h, ok := f.trees[n]
		if !ok {
			f.mu.RUnlock()
			continue
		}
		f.mu.RUnlock()
		if !look(h) {
			return false
		}
	}
	return true
}

func (f *forest) under(names iter.Seq[string]) (n int) {
outer:
	for a := range names {
		f.mu.Lock()
		for b := range names {
			if a == b {
				f.mu.Unlock()
				continue outer
			}
			if b == "" {
				f.mu.Unlock()
				break outer
			}
			n++
		}
		f.mu.Unlock()
	}
	return n
}

func (f *forest) methodValues(pairs ...func()) {
	lock, unlock := f.mu.Lock, f.mu.Unlock
	for _, p := range pairs {
		lock()
		p()
		unlock()
	}
	for _, step := range []func(){f.mu.RLock, f.mu.RUnlock} {
		step()
	}
}

type lockedStore interface {
	sync.Locker
	RLock()
	RUnlock()
	Len() int
}

func lenOf(s lockedStore) int {
	s.RLock()
	n := s.Len()
	s.RUnlock()
	if n == 0 {
		s.Lock()
		defer s.Unlock()
		return s.Len()
	}
	return n
}
