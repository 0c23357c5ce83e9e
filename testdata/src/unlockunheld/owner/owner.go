// Command owner has locks that their owners can take again, as an atomic number tells.
package main

import (
	"sync"
	"sync/atomic"
)

type reentrant struct {
	mu    sync.Mutex
	owner atomic.Int64
	depth int
}

func (r *reentrant) enter(t int64) {
	if r.owner.Load() == t {
		r.depth++
		return
	}
	r.mu.Lock()
	r.owner.Store(t)
	r.depth = 1
}

func (r *reentrant) leave(t int64) {
	if r.owner.Load() != t {
		panic("another owner")
	}
	r.depth--
	if r.depth == 0 {
		r.owner.Store(0)
		r.mu.Unlock()
	}
}

type doc struct {
	lock  reentrant
	lines []string
}

func (d *doc) insert(t int64, s string) {
	d.lock.enter(t)
	defer d.lock.leave(t)
	d.lines = append(d.lines, s)
}

func (d *doc) replace(t int64, s string) {
	d.lock.enter(t)
	defer d.lock.leave(t)
	d.lines = nil
	d.insert(t, s)
}

func main() {
	d := &doc{}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			d.insert(int64(i), "a")
			d.replace(int64(i), "b")
		})
	}
	wg.Wait()
}
