package unlockunheld

import (
	"iter"
	"sync"
)

type album struct {
	mu     sync.Mutex
	levels [][]int
}

func (a *album) all(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, x := range a.levels[i] {
			if !yield(x) {
				return
			}
		}
	}
}

// The finding comes once, however often the body of the loop may have run.
func (a *album) same(known map[int]bool) string {
	a.mu.Lock()
	defer a.mu.Unlock() // want `a.mu is unlocked`
	first := -1
	for i := range a.levels {
		for x := range a.all(i) {
			if known[x] {
				if first < 0 {
					first = x
					continue
				}
				if first != x {
					a.mu.Unlock()
					return "not the same"
				}
			}
		}
	}
	return ""
}
