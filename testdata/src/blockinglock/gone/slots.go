package gone

import "sync"

// A pool takes a slot with the lock held which whoever gives one back wants first.
type conns struct {
	mu   sync.Mutex
	sem  chan struct{}
	idle []int
}

func newConns(max int) *conns { return &conns{sem: make(chan struct{}, max)} }

func (p *conns) Get() (c int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sem <- struct{}{} // want `send to p.sem with p.mu held .*: its receiver .* must lock p.mu first .*: deadlock once full`
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	return c
}

func (p *conns) Put(c int) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.sem
}

// This one gives the slot back first.
type lanes struct {
	mu   sync.Mutex
	sem  chan struct{}
	idle []int
}

func newLanes(max int) *lanes { return &lanes{sem: make(chan struct{}, max)} }

func (p *lanes) Get() (c int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sem <- struct{}{}
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	return c
}

func (p *lanes) Put(c int) {
	<-p.sem
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
}

// What says that there is something is received in a loop: the channel may have room for all.
type notes struct {
	mu    sync.Mutex
	ready chan struct{}
	items []int
}

func newNotes(max int) *notes {
	n := &notes{ready: make(chan struct{}, max)}
	go n.run()
	return n
}

func (n *notes) Add(i int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items = append(n.items, i)
	n.ready <- struct{}{}
}

func (n *notes) run() {
	for {
		n.mu.Lock()
		n.items = nil
		n.mu.Unlock()
		<-n.ready
	}
}
