package silent

import "sync"

// Shape 10: aliases, embedded and promoted locks, generic holders.

type stats struct {
	sync.RWMutex
	n map[string]int
}

type named struct {
	*stats
	name string
}

type deep struct {
	named
	extra struct {
		sync.Mutex
		n int
	}
}

func (d *deep) incr(k string) {
	d.Lock()
	d.n[k]++
	d.stats.Unlock()
	d.extra.Lock()
	d.extra.n++
	d.extra.Unlock()
}

func (d *deep) get(k string) int {
	d.named.RLock()
	defer d.stats.RWMutex.RUnlock()
	return d.n[k]
}

func (d *deep) reading(f func()) {
	l := d.RLocker()
	l.Lock()
	f()
	l.Unlock()
	d.RLock()
	d.RUnlock()
}

func lockThrough(mus ...sync.Locker) (unlock func()) {
	for _, mu := range mus {
		mu.Lock()
	}
	return func() {
		for _, mu := range mus {
			mu.Unlock()
		}
	}
}

func (d *deep) all(f func()) {
	defer lockThrough(d, &d.extra)()
	f()
}

type cellOf[T any] struct {
	mu  sync.Mutex
	val T
}

func (c *cellOf[T]) with(f func(*T)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.val)
}

func swapCells[T any](a, b *cellOf[T]) {
	a.with(func(x *T) {
		b.with(func(y *T) { *x, *y = *y, *x })
	})
}

type embedsGeneric struct {
	cellOf[int]
	hits int
}

func (e *embedsGeneric) hit() {
	e.mu.Lock()
	e.val++
	e.cellOf.mu.Unlock()
	e.with(func(n *int) { e.hits = *n })
}

// A lock in a map, made on demand.
type perKey struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (p *perKey) do(key string, f func()) {
	p.mu.Lock()
	l := p.locks[key]
	if l == nil {
		l = &sync.Mutex{}
		p.locks[key] = l
	}
	p.mu.Unlock()
	l.Lock()
	f()
	l.Unlock()
	p.mu.Lock()
	delete(p.locks, key)
	p.mu.Unlock()
}

// A struct that is copied with a pointer to its lock.
type ref struct {
	mu  *sync.Mutex
	val *int
}

func (r ref) set(n int) {
	r.mu.Lock()
	*r.val = n
	r.mu.Unlock()
}

func (r ref) twice(n int) {
	c := r
	c.set(n)
	r.mu.Lock()
	defer c.mu.Unlock()
	*r.val++
}
