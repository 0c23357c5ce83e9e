package blockinglock

import (
	"sync"
	"time"
)

// A buffer that fills up.
type mailbox struct {
	mu sync.Mutex
	ch chan int
}

func newMailbox() *mailbox {
	m := &mailbox{ch: make(chan int, 1)}
	go m.run()
	return m
}

func (m *mailbox) run() {
	for range m.ch {
		m.mu.Lock()
		m.mu.Unlock()
	}
}

func (m *mailbox) put(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ch <- n // want `send to m\.ch with m\.mu held \(since buffer\.go:\d+\): its receiver \(buffer\.go:\d+\) must lock m\.mu first \(buffer\.go:\d+\): deadlock`
}

// A buffer with room for all that is ever sent.
func first(mu *sync.Mutex) int {
	ch := make(chan int, 1)
	go func() {
		mu.Lock()
		ch <- 1
		mu.Unlock()
	}()
	mu.Lock()
	mu.Unlock()
	return <-ch
}

// How large it is is not known.
type queue struct {
	mu sync.Mutex
	ch chan int
}

func newQueue(n int) *queue { return &queue{ch: make(chan int, n)} }

func (q *queue) run() {
	for range q.ch {
		q.mu.Lock()
		q.mu.Unlock()
	}
}

func (q *queue) put(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ch <- n
}

// A token is taken and given back.
type limited struct {
	mu  sync.Mutex
	sem chan struct{}
}

func newLimited() *limited { return &limited{sem: make(chan struct{}, 2)} }

func (l *limited) do() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sem <- struct{}{}
	<-l.sem
}

// A send whose callers have all seen under the lock that there is room.
type chute struct {
	mu    sync.Mutex
	out   chan int
	queue []int
}

func newChute() *chute { return &chute{out: make(chan int, 1)} }

func (c *chute) put(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.out) == 0 {
		c.push(n)
	} else {
		c.queue = append(c.queue, n)
	}
}

func (c *chute) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.out) == 0 && len(c.queue) > 0 {
		c.push(c.queue[0])
		c.queue = c.queue[1:]
	}
}

func (c *chute) push(n int) { c.out <- n }

// One of whose callers has not.
type hopper struct {
	mu    sync.Mutex
	out   chan int
	queue []int
}

func newHopper() *hopper { return &hopper{out: make(chan int, 1)} }

func (h *hopper) put(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.out) == 0 {
		h.push(n)
	} else {
		h.queue = append(h.queue, n)
	}
}

func (h *hopper) next() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.queue) > 0 {
		h.push(h.queue[0])
		h.queue = h.queue[1:]
	}
}

func (h *hopper) push(n int) { h.out <- n } // want `send to h\.out with h\.mu held`

// The flag that the helper sets is asked by all that call it: it sends once.
type promise struct {
	mu   sync.Mutex
	done bool
	told chan bool
	n    int
}

func newPromise() *promise { return &promise{told: make(chan bool, 1)} }

func (p *promise) mark(n int) {
	p.done = true
	p.n = n
	p.told <- true
}

func (p *promise) Fail() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.done {
		p.mark(0)
	}
}

func (p *promise) Complete(n int) {
	p.mu.Lock()
	if !p.done {
		p.mark(n)
	}
	p.mu.Unlock()
}

func (p *promise) isDone() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

func (p *promise) Get() int {
	if p.isDone() {
		return p.n
	}
	select {
	case <-p.told:
	case <-time.After(time.Second):
		<-p.told
	}
	return p.n
}

// One of the callers does not ask.
type report struct {
	mu   sync.Mutex
	done bool
	told chan bool
	n    int
}

func newReport() *report { return &report{told: make(chan bool, 1)} }

func (r *report) mark(n int) {
	r.done = true
	r.n = n
	r.told <- true // want `deadlock once full`
}

func (r *report) Fail() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.done {
		r.mark(0)
	}
}

func (r *report) Complete(n int) {
	r.mu.Lock()
	r.mark(n)
	r.mu.Unlock()
}

func (r *report) isDone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}

func (r *report) Get() int {
	if r.isDone() {
		return r.n
	}
	select {
	case <-r.told:
	case <-time.After(time.Second):
		<-r.told
	}
	return r.n
}

// One token at a time is on its way: only who receives it lets the next one be sent.
type tokens struct {
	mu   sync.Mutex
	done chan struct{} // not nil while a token is on its way
	sig  chan struct{}
	n    int
}

func newTokens() *tokens {
	t := &tokens{sig: make(chan struct{}, 1)}
	go t.loop()
	return t
}

func (t *tokens) loop() {
	for {
		<-t.sig
		t.mu.Lock()
		if t.done != nil {
			close(t.done)
			t.done = nil
		}
		t.mu.Unlock()
	}
}

func (t *tokens) Get() {
	t.mu.Lock()
	if t.done == nil {
		t.done = make(chan struct{})
		t.sig <- struct{}{}
	}
	done := t.done
	t.mu.Unlock()
	<-done
}

// This one is let through by others, too.
type passes struct {
	mu   sync.Mutex
	done chan struct{}
	sig  chan struct{}
	n    int
}

func newPasses() *passes {
	p := &passes{sig: make(chan struct{}, 1)}
	go p.loop()
	return p
}

func (p *passes) loop() {
	for {
		<-p.sig
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
	}
}

func (p *passes) Reset() {
	p.mu.Lock()
	p.done = nil
	p.mu.Unlock()
}

func (p *passes) Get() {
	p.mu.Lock()
	if p.done == nil {
		p.done = make(chan struct{})
		p.sig <- struct{}{} // want `deadlock once full`
	}
	p.mu.Unlock()
}
