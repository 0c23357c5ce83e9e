package condwait

import "sync"

// The Cond and its lock by embedding.
type window struct {
	*sync.Cond
	size int
}

func newWindow() *window {
	return &window{Cond: sync.NewCond(new(sync.Mutex))}
}

func (w *window) grow() {
	w.L.Lock()
	w.size++
	w.L.Unlock()
	w.Broadcast()
}

func (w *window) reserve() {
	w.L.Lock()
	for w.size == 0 {
		w.Wait()
	}
	w.size--
	w.L.Unlock()
}

func (w *window) reserveOnce() {
	w.L.Lock()
	if w.size == 0 {
		w.Wait() // want `the condition is not tested again after Wait, which any signal of w ends: use a for loop`
	}
	w.size--
	w.L.Unlock()
}

// The lock is set up late.
type pipe struct {
	mu  sync.Mutex
	c   sync.Cond
	buf []byte
	err error
}

func (p *pipe) read() byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.c.L == nil {
		p.c.L = &p.mu
	}
	for {
		if len(p.buf) > 0 {
			b := p.buf[0]
			p.buf = p.buf[1:]
			return b
		}
		if p.err != nil {
			return 0
		}
		p.c.Wait()
	}
}

func (p *pipe) write(b byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.c.L == nil {
		p.c.L = &p.mu
	}
	defer p.c.Signal()
	p.buf = append(p.buf, b)
}

// The lock is taken by a method.
type reader struct {
	mu      sync.Mutex
	cond    *sync.Cond
	reading bool
}

func newReader() *reader {
	r := &reader{}
	r.cond = sync.NewCond(&r.mu)
	return r
}

func (r *reader) lock() {
	r.mu.Lock()
	if r.cond == nil {
		r.cond = sync.NewCond(&r.mu)
	}
}

func (r *reader) unlock() { r.mu.Unlock() }

func (r *reader) Abort() {
	r.lock()
	defer r.unlock()
	for r.reading {
		r.cond.Wait()
	}
}

func (r *reader) Done() {
	r.lock()
	r.reading = false
	r.unlock()
	r.cond.Broadcast()
}

// The lock is dropped and taken back around the Wait.
func (r *reader) AbortSlowly(slow func()) {
	r.lock()
	defer r.unlock()
	for r.reading {
		r.unlock()
		slow()
		r.lock()
		if r.reading {
			r.cond.Wait()
		}
	}
}

// TryLock.
func (r *reader) TryAbort() bool {
	if !r.mu.TryLock() {
		return false
	}
	defer r.mu.Unlock()
	for r.reading {
		r.cond.Wait()
	}
	return true
}
