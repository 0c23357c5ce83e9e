package wired

import (
	"sync"

	"doublelock/wired/par"
)

type table struct {
	mu   sync.Mutex
	rows []int
	sum  int
}

func (t *table) add(n int) {
	t.mu.Lock()
	t.sum += n
	t.mu.Unlock()
}

func (t *table) scale() {
	t.mu.Lock()
	defer t.mu.Unlock()
	par.Each(t.rows, func(r int) { // want `t\.mu is locked again at .* by \(\*table\)\.add`
		t.add(r)
	})
}

// Fine: the functions need no lock, or run later.
func (t *table) unlocked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	par.Each(t.rows, func(r int) { println(r) })
	par.Start(t.rows, t.add)
	par.Some(t.rows, false, t.add)
}

// Fine: nobody holds the lock.
func (t *table) report() int {
	t.mu.Lock()
	rows := t.rows
	t.mu.Unlock()
	par.Each(rows, t.add)
	return t.sum
}
