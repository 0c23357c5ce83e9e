package crossed

import "sync"

// Silent: two fields of one type that never hold one object, and an object that has been taken out
// of its field under the owner's lock.

type queue struct {
	mu    sync.Mutex
	items []int
}

func (q *queue) push(i int) {
	q.mu.Lock()
	q.items = append(q.items, i)
	q.mu.Unlock()
}

func (q *queue) each(f func(int)) {
	q.mu.Lock()
	for _, i := range q.items {
		f(i)
	}
	q.mu.Unlock()
}

type cache struct {
	mu  sync.Mutex
	ops *queue
}

func (c *cache) add(i int) {
	c.mu.Lock()
	if c.ops == nil {
		c.ops = &queue{}
	}
	c.ops.push(i)
	c.mu.Unlock()
}

type front struct {
	mu      sync.Mutex
	waiting *queue
	sum     int
	c       *cache
}

func newFront() *front { return &front{waiting: &queue{}, c: &cache{}} }

func (f *front) ready() {
	f.mu.Lock()
	q := f.waiting
	f.waiting = nil
	f.mu.Unlock()
	if q == nil {
		return
	}
	q.each(func(i int) { f.c.add(i) })
	q.mu.Lock()
	for _, i := range q.items {
		f.mu.Lock()
		f.sum += i
		f.mu.Unlock()
	}
	q.mu.Unlock()
}

func (f *front) put(i int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting != nil {
		f.waiting.push(i)
		return
	}
	f.sum += i
}
