package doublelock

import (
	"sort"
	"sync"
)

// A struct passed by value is a copy, but the pointers in it lead to the same lock.
type balance struct {
	mu      sync.Mutex
	weights []int
}

type byHeft struct{ s *balance }

func (b byHeft) Len() int { return len(b.s.weights) }

func (b byHeft) Less(i, j int) bool {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.s.weights[i] < b.s.weights[j]
}

func (b byHeft) Swap(i, j int) { b.s.weights[i], b.s.weights[j] = b.s.weights[j], b.s.weights[i] }

func (s *balance) arrange() {
	s.mu.Lock()
	defer s.mu.Unlock()
	sort.Sort(byHeft{s}) // want `s\.mu is locked again at \S+ by byHeft\.Less`
}

type dish struct{ s *balance }

func (p dish) put(w int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.weights = append(p.s.weights, w)
}

func (p dish) putTwice(w int) {
	p.s.mu.Lock()
	p.put(w) // want `p\.s\.mu is locked again at \S+ by dish\.put`
	p.s.mu.Unlock()
}

func (s *balance) left() dish { return dish{s} }

func (s *balance) load(w int) {
	s.mu.Lock()
	s.weights = nil
	s.mu.Unlock()
	s.left().put(w)
}

// Structs copied to each other and back: names must not chase each other. After one
// turn, both are the same dish.
func (d dish) swapped(n int) {
	a, b := d, dish{&balance{}}
	for range n {
		a, b = b, a
		c := &a
		*c = b
		b = *c
	}
	a.s.mu.Lock()
	b.put(n) // want `a\.s\.mu is locked again`
	a.s.mu.Unlock()
}
