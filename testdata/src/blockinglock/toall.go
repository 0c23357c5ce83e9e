package blockinglock

import "sync"

// Who tells all that have asked, again and again, fills the buffers of those who do not come to receive.

type fan struct {
	mu   sync.Mutex
	ears map[int]*ear
	next int
}

type ear struct {
	ch    chan int
	heard int
}

func (f *fan) Open() *ear {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	e := &ear{ch: make(chan int, 1)}
	f.ears[f.next] = e
	return e
}

func (f *fan) Listen(e *ear) {
	for n := range e.ch {
		f.mu.Lock()
		e.heard += n
		f.mu.Unlock()
	}
}

func (f *fan) Tell(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.ears {
		e.ch <- n // want `its receiver must lock f\.mu first .*: deadlock once full`
	}
}

// Each of those who wait is told once.
type oneCall struct {
	mu      sync.Mutex
	waiting map[int]chan int
	heard   int
}

func (c *oneCall) Ask(id int) int {
	ch := make(chan int, 1)
	c.mu.Lock()
	c.waiting[id] = ch
	c.mu.Unlock()
	n := <-ch
	c.mu.Lock()
	c.heard++
	c.mu.Unlock()
	return n
}

func (c *oneCall) Tell(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ch := range c.waiting {
		ch <- n
	}
	c.waiting = make(map[int]chan int)
}
