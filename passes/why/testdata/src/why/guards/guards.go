// Package guards has uses of fields without their lock, Waits and contracts that are no mistakes, or that
// lockvet cannot be sure of.
package guards

import (
	"sync"
	"sync/atomic"
)

type T struct {
	mu    sync.Mutex
	n     int
	names map[string]int
	ready atomic.Bool
}

func New() *T {
	t := &T{names: make(map[string]int)}
	go t.run()
	return t
}

func (t *T) Set(name string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n = n
	t.names[name] = n
}

func (t *T) run() {
	t.mu.Lock()
	t.n++
	t.names["run"] = t.n
	t.mu.Unlock()
}

func (t *T) more(k int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n > k {
		t.n -= k
	}
	t.n *= 2
	t.n += 7
}

// t.mu must be held.
func (t *T) said() {
	t.n++ // why guardedby/forgotten comment-says "n"
}

func (t *T) Said() { t.said() }

func (t *T) Atomic() int {
	if t.ready.Load() {
		return t.n // why guardedby/forgotten tested-atomically "n"
	}
	return 0
}

func (t *T) quick(on bool) bool {
	return on && t.n > 0 // why guardedby/forgotten never-takes "n"
}

func Quick(t *T) bool { return t.quick(true) }

// A Cond that others may signal.
type C struct {
	mu   sync.Mutex
	Cond *sync.Cond
}

func NewC() *C {
	c := &C{}
	c.Cond = sync.NewCond(&c.mu)
	return c
}

func (c *C) Wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		c.Cond.Wait() // why condwait/nosignal out-of-sight
	}
}

// What a is and what b is somebody decides.
func move(a, b *T) {
	if a.n > b.n {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock() // why lockorder/instances order-decided "a.mu"
	b.mu.Unlock()
	a.mu.Unlock()
}

var Move = move

// The package passes them in one order.
func pair(a, b *T) {
	a.mu.Lock()
	b.mu.Lock() // why lockorder/instances order-decided "a.mu"
	b.mu.Unlock()
	a.mu.Unlock()
}

func pairs(a, b *T) { pair(a, b) } // why lockorder/instances order-decided "a.mu and b.mu"
