package unannounced

import (
	"context"
	"sync"
	"time"
)

// Only the change that those who wait look for needs a signal.
type Guests struct {
	mu     sync.Mutex
	cond   *sync.Cond
	inside int
	closed bool
	moved  bool
	stop   chan struct{}
}

func NewGuests() *Guests {
	g := &Guests{stop: make(chan struct{})}
	g.cond = sync.NewCond(&g.mu)
	g.moved = true
	return g
}

func (g *Guests) Enter() {
	g.mu.Lock()
	g.inside++
	g.mu.Unlock()
}

func (g *Guests) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.inside == 0 {
		g.cond.Broadcast()
	}
}

// The last one of several announces.
func (g *Guests) LeaveEarly(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.inside > 0 {
		return
	}
	g.cond.Broadcast()
}

// It is taken back before anybody sees it.
func (g *Guests) TryEnter(ok func() bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside++
	if !ok() {
		g.inside--
		return false
	}
	return true
}

func (g *Guests) Empty() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside > 0 {
		g.cond.Wait()
	}
}

// A function that all its callers signal after.
func (g *Guests) close() {
	g.closed = true
}

func (g *Guests) Close() {
	g.mu.Lock()
	g.close()
	g.mu.Unlock()
	g.cond.Broadcast()
}

func (g *Guests) Kick() {
	g.mu.Lock()
	defer g.wake()
	defer g.mu.Unlock()
	g.close()
}

func (g *Guests) wake() { g.cond.Broadcast() }

func (g *Guests) Closed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.closed {
		g.cond.Wait()
	}
}

// Nobody waits for it to become true.
func (g *Guests) Move() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = true
}

func (g *Guests) Stay() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = false
	g.cond.Broadcast()
}

func (g *Guests) Moved() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.moved {
		g.cond.Wait()
	}
}

// A waiter consumes what it has waited for.
type Once struct {
	mu      sync.Mutex
	cond    *sync.Cond
	ready   bool
	waiting int
}

func NewOnce() *Once {
	o := &Once{}
	o.cond = sync.NewCond(&o.mu)
	return o
}

func (o *Once) Await() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting++
	for !o.ready {
		o.cond.Wait()
	}
	o.waiting--
	o.ready = false
}

// It signals only if somebody waits.
func (o *Once) Ready() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ready = true
	if o.waiting > 0 {
		o.cond.Signal()
	}
}

// Nobody has it yet.
func ReadyOnce() *Once {
	o := NewOnce()
	o.mu.Lock()
	o.ready = true
	o.mu.Unlock()
	return o
}

func prepare(o *Once) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ready = true
}

func PreparedOnce() *Once {
	o := NewOnce()
	prepare(o)
	return o
}

// A barrier: the last one wakes the others.
type Barrier struct {
	mu      sync.Mutex
	cond    *sync.Cond
	n, here int
	round   int
}

func NewBarrier(n int) *Barrier {
	b := &Barrier{n: n}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *Barrier) Meet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	round := b.round
	b.here++
	if b.here == b.n {
		b.here = 0
		b.round++
		b.cond.Broadcast()
		return
	}
	for round == b.round {
		b.cond.Wait()
	}
}

// A goroutine is told, and signals.
type Mailbox struct {
	mu     sync.Mutex
	cond   *sync.Cond
	mail   []string
	closed bool
	stop   chan struct{}
}

func NewMailbox() *Mailbox {
	m := &Mailbox{stop: make(chan struct{})}
	m.cond = sync.NewCond(&m.mu)
	go m.watch()
	return m
}

func (m *Mailbox) watch() {
	<-m.stop
	m.cond.Broadcast()
}

func (m *Mailbox) Next() (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.mail) == 0 && !m.closed {
		m.cond.Wait()
	}
	if len(m.mail) == 0 {
		return "", false
	}
	s := m.mail[0]
	m.mail = m.mail[1:]
	return s, true
}

func (m *Mailbox) Post(s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mail = append(m.mail, s)
	m.cond.Signal()
}

func (m *Mailbox) Close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	close(m.stop)
}

// Somebody signals from time to time.
type Limiter struct {
	mu     sync.Mutex
	cond   *sync.Cond
	tokens int
}

func NewLimiter(ctx context.Context) *Limiter {
	l := &Limiter{}
	l.cond = sync.NewCond(&l.mu)
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				l.mu.Lock()
				l.tokens = 10
				l.mu.Unlock()
				l.cond.Broadcast()
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

func (l *Limiter) Take() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.tokens == 0 {
		l.cond.Wait()
	}
	l.tokens--
}

func (l *Limiter) Refund() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens++
}

// A panic is no end that others wait for.
type Strict struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewStrict() *Strict {
	s := &Strict{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *Strict) Done(ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n--
	if !ok {
		panic("not ok")
	}
	s.cond.Broadcast()
}

// The caller says whether to signal.
func (s *Strict) Finish(wake bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n--
	if wake {
		s.cond.Broadcast()
	}
}

func (s *Strict) Wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.n != 0 {
		s.cond.Wait()
	}
}

// The goroutine that waits is started afterwards.
type Engine struct {
	mu      sync.Mutex
	cond    *sync.Cond
	running bool
	phase   state
}

func NewEngine() *Engine {
	e := &Engine{}
	e.cond = sync.NewCond(&e.mu)
	return e
}

func (e *Engine) Start() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = true
	go e.run()
}

func (e *Engine) Restart() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = true
	e.cond.Broadcast()
}

func (e *Engine) run() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for !e.running {
		e.cond.Wait()
	}
}

// Those who wait wait on in this state as well.
func (e *Engine) Settled() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.phase == starting || e.phase == stopped {
		e.cond.Wait()
	}
}

func (e *Engine) Starting() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.phase = starting
}

func (e *Engine) Run() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.phase = running
	e.cond.Broadcast()
}

// Who finds the stall closed does not wait, and Close has woken those who did.
type stall struct {
	mu     sync.Mutex
	cond   sync.Cond
	taken  int
	closed bool
}

func newStall() *stall {
	s := &stall{}
	s.cond.L = &s.mu
	return s
}

func (s *stall) Enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			return false
		}
		if s.taken < 4 {
			break
		}
		s.cond.Wait()
	}
	s.taken++
	return true
}

func (s *stall) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.taken--
		return
	}
	s.taken--
	s.cond.Signal()
}

func (s *stall) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.cond.Broadcast()
}
