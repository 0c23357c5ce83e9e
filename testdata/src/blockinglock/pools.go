package blockinglock

import "sync"

type pooled struct{ id int }

// Who gives back counts down, and so does not decide that others wait: those who come to the limit wait for nobody else.
type connPool struct {
	mu   sync.Mutex
	free chan *pooled
	open int
	max  int
}

func newConnPool(max int) *connPool { return &connPool{free: make(chan *pooled, max), max: max} }

func (p *connPool) get() *pooled {
	select {
	case c := <-p.free:
		return c
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open < p.max {
		p.open++
		return &pooled{p.open}
	}
	return <-p.free // want `receive from p\.free with p\.mu held`
}

func (p *connPool) put(c *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.id < 0 {
		p.open--
		return
	}
	p.free <- c
}

// The counter says that something has been sent.
type countedPool struct {
	mu   sync.Mutex
	free chan *pooled
	idle int
}

func newCountedPool(max int) *countedPool { return &countedPool{free: make(chan *pooled, max)} }

func (p *countedPool) get() *pooled {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle > 0 {
		p.idle--
		return <-p.free
	}
	return &pooled{}
}

func (p *countedPool) put(c *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free <- c
	p.idle++
}

// The goroutine closes the channel that it began with, though it makes the next one.
type retry struct {
	mu    sync.Mutex
	fired chan struct{}
	n     int
}

func (r *retry) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arm()
}

func (r *retry) arm() {
	fired := make(chan struct{})
	r.fired = fired
	go func() {
		defer close(fired)
		r.timeout()
	}()
}

func (r *retry) timeout() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n > 0 {
		r.arm()
	}
}

func (r *retry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	<-r.fired // want `receive from r\.fired with r\.mu held`
}
