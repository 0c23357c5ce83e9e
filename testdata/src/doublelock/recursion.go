package doublelock

import "sync"

// The same object again.
type tally struct {
	mu sync.Mutex
	n  int
}

func (t *tally) countdown(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n > 0 {
		t.n++
		t.countdown(n - 1) // want `t\.mu is locked again at recursion\.go:12 by \(\*tally\)\.countdown`
	}
}

// Silent shape 14: recursive descent over different nodes.
type dir struct {
	mu   sync.RWMutex
	size int
	subs []*dir
	up   *dir
}

func (d *dir) total() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.size
	for _, s := range d.subs {
		n += s.total()
	}
	return n
}

func (d *dir) depth() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.up == nil {
		return 0
	}
	return d.up.depth() + 1
}

// Mutual recursion on one object.
type grammar struct {
	mu   sync.Mutex
	toks []string
}

func (g *grammar) expr(i int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i < len(g.toks) {
		return g.term(i + 1) // want `g\.mu is locked again at recursion\.go:\d+ by \(\*grammar\)\.expr`
	}
	return i
}

func (g *grammar) term(i int) int {
	if g.toks[i] == "(" {
		return g.expr(i + 1)
	}
	return i
}

// Fine: unlocked before it calls itself.
func (g *grammar) skip(i int) int {
	g.mu.Lock()
	more := i < len(g.toks)
	g.mu.Unlock()
	if more {
		return g.skip(i + 1)
	}
	return i
}
