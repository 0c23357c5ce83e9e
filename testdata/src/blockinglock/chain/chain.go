// Package chain waits for goroutines that wait for others, which need the lock.
package chain

import "sync"

type pipe struct {
	mu   sync.Mutex
	n    int
	wg   sync.WaitGroup
	in   chan int
	acks chan bool
}

func newPipe() *pipe {
	p := &pipe{in: make(chan int), acks: make(chan bool)}
	p.wg.Add(1)
	go p.front()
	go p.back()
	return p
}

func (p *pipe) front() {
	defer p.wg.Done()
	for x := range p.in {
		if x < 0 {
			return
		}
		<-p.acks
	}
}

func (p *pipe) back() {
	for {
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
		p.acks <- true
	}
}

func (p *pipe) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.in)
	p.wg.Wait() // want `p.wg.Wait with p.mu held .*: its Done .*must lock p.mu first`
}

// The acks of this one come without the lock.
type free struct {
	mu   sync.Mutex
	n    int
	wg   sync.WaitGroup
	in   chan int
	acks chan bool
}

func newFree() *free {
	f := &free{in: make(chan int), acks: make(chan bool)}
	f.wg.Add(1)
	go f.front()
	go f.back()
	return f
}

func (f *free) front() {
	defer f.wg.Done()
	for range f.in {
		<-f.acks
	}
}

func (f *free) back() {
	for {
		f.acks <- true
	}
}

func (f *free) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.in)
	f.wg.Wait()
}

func (f *free) count() {
	f.mu.Lock()
	f.n++
	f.mu.Unlock()
}

// Here the front has another way to go on.
type choosy struct {
	mu   sync.Mutex
	n    int
	wg   sync.WaitGroup
	quit chan struct{}
	acks chan bool
}

func newChoosy() *choosy {
	c := &choosy{quit: make(chan struct{}), acks: make(chan bool)}
	c.wg.Add(1)
	go c.front()
	go c.back()
	return c
}

func (c *choosy) front() {
	defer c.wg.Done()
	for {
		select {
		case <-c.acks:
		case <-c.quit:
			return
		}
	}
}

func (c *choosy) back() {
	for {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
		c.acks <- true
	}
}

func (c *choosy) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.quit)
	c.wg.Wait()
}

var _, _, _ = newPipe, newFree, newChoosy
