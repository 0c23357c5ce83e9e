package missingunlock

import (
	"iter"
	"sync"
)

// Silent shape 11: bodies of range-over-func loops are functions in SSA.
type tree struct {
	mu    sync.Mutex
	left  *tree
	right *tree
	key   int
	seen  int
}

func (t *tree) all() iter.Seq[*tree] {
	return func(yield func(*tree) bool) {
		t.walk(yield)
	}
}

func (t *tree) walk(yield func(*tree) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t) && t.right.walk(yield)
}

func (t *tree) keys() (keys []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n := range t.all() {
		keys = append(keys, n.key)
	}
	return keys
}

func (t *tree) touch() {
	for n := range t.all() {
		n.mu.Lock()
		n.seen++
		n.mu.Unlock()
	}
}

// A defer in the body runs at the end of the function around it.
type forest struct {
	mu    sync.Mutex
	trees []int
}

func (f *forest) find(seq iter.Seq[int], want int) bool {
	for n := range seq {
		if n == want {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.trees = append(f.trees, n)
			return true
		}
	}
	return false
}

// A return from the body.
type orchard struct {
	mu   sync.Mutex
	rows []int
}

func (o *orchard) pick(seq iter.Seq[int], ripe func(int) bool) (int, bool) {
	o.mu.Lock()
	for n := range seq {
		if ripe(n) {
			return n, true // want `return with o\.mu still locked`
		}
	}
	o.mu.Unlock()
	return 0, false
}

// All returns unlock, the one from the body too.
type garden struct {
	mu   sync.Mutex
	beds []int
}

func (g *garden) weed(seq iter.Seq[int]) bool {
	g.mu.Lock()
	for n := range seq {
		if n < 0 {
			g.mu.Unlock()
			return false
		}
		if n == 0 {
			break
		}
	}
	g.mu.Unlock()
	return true
}

// A range over an integer is an ordinary loop.
func (g *garden) plant(n int) {
	g.mu.Lock()
	for i := range n {
		if i == 3 {
			continue
		}
		g.beds = append(g.beds, i)
	}
	g.mu.Unlock()
}
