package silent

import (
	"iter"
	"slices"
	"sync"
)

// Each element that an iterator yields is another one.

type drawer struct {
	mu sync.Mutex
	n  int
}

type cabinet struct {
	drawers []*drawer
	locks   [4]sync.Mutex
}

func (c *cabinet) all() iter.Seq[*drawer] {
	return func(yield func(*drawer) bool) {
		for _, d := range c.drawers {
			if !yield(d) {
				return
			}
		}
	}
}

func (c *cabinet) lockAll() {
	for d := range c.all() {
		d.mu.Lock()
	}
}

func (c *cabinet) unlockAll() {
	for d := range c.all() {
		d.mu.Unlock()
	}
}

func (c *cabinet) count() (n int) {
	c.lockAll()
	defer c.unlockAll()
	for _, d := range c.drawers {
		n += d.n
	}
	return n
}

func (c *cabinet) some(which []int, f func()) {
	for _, i := range which {
		c.locks[i].Lock()
	}
	f()
	for _, i := range slices.Backward(which) {
		c.locks[i].Unlock()
	}
}

func shuffle(ds []*drawer, f func()) {
	for _, d := range ds {
		d.mu.Lock()
	}
	f()
	for _, d := range slices.Backward(ds) {
		d.mu.Unlock()
	}
}
