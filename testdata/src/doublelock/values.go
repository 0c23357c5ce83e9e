package doublelock

import (
	"sort"
	"sync"
)

// A struct passed by value is a copy, but the pointers in it lead to the same lock.
type scale struct {
	mu      sync.Mutex
	weights []int
}

type byWeight struct{ s *scale }

func (b byWeight) Len() int { return len(b.s.weights) }

func (b byWeight) Less(i, j int) bool {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.s.weights[i] < b.s.weights[j]
}

func (b byWeight) Swap(i, j int) { b.s.weights[i], b.s.weights[j] = b.s.weights[j], b.s.weights[i] }

func (s *scale) arrange() {
	s.mu.Lock()
	defer s.mu.Unlock()
	sort.Sort(byWeight{s}) // want `s\.mu is locked again at \S+ by byWeight\.Less`
}

type pan struct{ s *scale }

func (p pan) put(w int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.weights = append(p.s.weights, w)
}

func (p pan) putTwice(w int) {
	p.s.mu.Lock()
	p.put(w) // want `p\.s\.mu is locked again at \S+ by pan\.put`
	p.s.mu.Unlock()
}

func (s *scale) left() pan { return pan{s} }

func (s *scale) load(w int) {
	s.mu.Lock()
	s.weights = nil
	s.mu.Unlock()
	s.left().put(w)
}
