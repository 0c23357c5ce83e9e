package wired

import (
	"sync"

	"doublelock/wired/cache"
)

type adder interface{ Add(int) }

// A diary has caches in interface values, and of several kinds.
type diary struct {
	mu     sync.Mutex
	stats  sync.Mutex
	last   int
	nested *cache.Nested
	any    adder
	other  adder
	byName map[string]adder
	pool   *cache.Pool
	item   *cache.Item
}

func newDiary() *diary {
	d := &diary{byName: make(map[string]adder)}
	d.nested = cache.NewNested(d.dropped)
	d.any = cache.NewNested(d.dropped)
	d.other = cache.NewNested(d.counted)
	d.byName["a"] = cache.NewNested(d.dropped)
	d.pool = cache.NewPool(d)
	d.item = d.pool.Get()
	return d
}

func (d *diary) Dropped(k int) { d.dropped(k) }

func (d *diary) dropped(k int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = k
}

func (d *diary) counted(k int) {
	d.stats.Lock()
	defer d.stats.Unlock()
	d.last += k
}

func (d *diary) helpers() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nested.Add(1) // want `d\.mu is locked again at .* by \(\*diary\)\.dropped`
}

func (d *diary) inInterface() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.other.Add(1)
	d.any.Add(1) // want `d\.mu is locked again at .* by \(\*diary\)\.dropped`
}

func (d *diary) inMap() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.byName {
		c.Add(1) // want `d\.mu is locked again at .* by \(\*diary\)\.dropped`
	}
}

func (d *diary) copied() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.item.Add(1) // want `d\.mu is locked again at .* by \(\*diary\)\.dropped`
}

// Fine: the lock is given back first.
func (d *diary) outside() {
	d.mu.Lock()
	d.last = 0
	d.mu.Unlock()
	d.nested.Add(1)
	d.any.Add(1)
	d.item.Add(1)
}
