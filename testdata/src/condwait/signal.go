package condwait

import "sync"

// Readers and writers wait on one Cond.
type bounded struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
	max   int
}

func newBounded(max int) *bounded {
	b := &bounded{max: max}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *bounded) put(n int) {
	b.mu.Lock()
	for len(b.items) >= b.max {
		b.cond.Wait()
	}
	b.items = append(b.items, n)
	b.mu.Unlock()
	b.wake()
}

func (b *bounded) get() int {
	b.mu.Lock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	n := b.items[0]
	b.items = b.items[1:]
	b.mu.Unlock()
	b.wake()
	return n
}

func (b *bounded) wake() { b.cond.Signal() }

func (b *bounded) drop() {
	b.mu.Lock()
	b.items = b.items[1:]
	b.mu.Unlock()
	b.cond.Signal() // want `Signal may wake the goroutine at signal\.go:\d+, whose condition has not changed, and not the one at signal\.go:\d+: use Broadcast`
}

// Two things to wait for.
type gate struct {
	mu     sync.Mutex
	cond   *sync.Cond
	open   bool
	inside int
}

func newGate() *gate {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

func (g *gate) empty() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside > 0 {
		g.cond.Wait()
	}
}

func (g *gate) unlock() {
	g.mu.Lock()
	g.open = true
	g.cond.Signal() // want `Signal may wake`
	g.mu.Unlock()
}

// Fine.
func (g *gate) leave() {
	g.mu.Lock()
	g.inside--
	g.cond.Broadcast()
	g.mu.Unlock()
}

// Fine: all wait for the same.
type sema struct {
	mu     sync.Mutex
	cond   *sync.Cond
	free   int
	closed bool
}

func newSema() *sema {
	s := &sema{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *sema) acquire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 {
		s.cond.Wait()
	}
	s.free--
}

func (s *sema) acquireOrClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 && !s.closed {
		s.cond.Wait()
	}
	s.free--
}

func (s *sema) release() {
	s.mu.Lock()
	s.free++
	s.mu.Unlock()
	s.cond.Signal()
}

func (s *sema) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cond.Broadcast()
}

// Each goroutine waits for an element, or a value, of its own.

type claims struct {
	mu    sync.Mutex
	cond  *sync.Cond
	taken map[string]bool
	turn  int
	ready []bool
}

func newClaims() *claims {
	c := &claims{taken: make(map[string]bool)}
	c.cond = sync.NewCond(&c.mu)
	return c
}

func (c *claims) Take(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.taken[name] {
		c.cond.Wait()
	}
	c.taken[name] = true
}

func (c *claims) Give(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taken, name)
	c.cond.Signal() // want `Signal may wake a goroutine at signal\.go:\d+ with another name instead of the one that it is meant for: use Broadcast`
}

type turns struct {
	mu   sync.Mutex
	cond *sync.Cond
	turn int
}

func newTurns() *turns {
	t := &turns{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

func (t *turns) Await(me int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.turn != me {
		t.cond.Wait()
	}
}

func (t *turns) Next() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn++
	t.cond.Signal() // want `Signal may wake a goroutine at signal\.go:\d+ with another me instead of the one that it is meant for: use Broadcast`
}

// The only one who waits, for one thing.
type single struct {
	mu    sync.Mutex
	cond  *sync.Cond
	parts map[string]bool
}

func newSingle() *single {
	s := &single{parts: make(map[string]bool)}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *single) await(part string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.parts[part] {
		s.cond.Wait()
	}
}

func (s *single) run() { s.await("body") }

func (s *single) Add(part string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[part] = true
	s.cond.Signal()
}

// One side or the other.
type sides struct {
	mu          sync.Mutex
	cond        *sync.Cond
	left, right int
}

func newSides() *sides {
	s := &sides{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *sides) takeLeft() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.left == 0 {
		s.cond.Wait()
	}
	s.left--
}

func (s *sides) takeRight() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.right == 0 {
		s.cond.Wait()
	}
	s.right--
}

func (s *sides) add(toLeft bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if toLeft {
		s.left++
	} else {
		s.right++
	}
	s.cond.Signal() // want `Signal may wake the goroutine at signal\.go:\d+, whose condition has not changed, and not the one at signal\.go:\d+: use Broadcast`
}

// A flag that is set for good concerns all that wait.
type Inbox struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func NewInbox() *Inbox {
	b := &Inbox{}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *Inbox) Next() (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 && !b.closed {
		b.cond.Wait()
	}
	if len(b.items) == 0 {
		return 0, false
	}
	x := b.items[0]
	b.items = b.items[1:]
	return x, true
}

func (b *Inbox) Put(x int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, x)
	b.cond.Signal()
}

func (b *Inbox) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.cond.Signal() // want `Signal wakes only one of the goroutines at signal\.go:\d+, but all of them wait for the change at signal\.go:\d+: use Broadcast`
}

// One goroutine waits.
type outbox struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func startOutbox() *outbox {
	b := &outbox{}
	b.cond = sync.NewCond(&b.mu)
	go b.run()
	return b
}

func (b *outbox) run() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.closed {
		for len(b.items) == 0 && !b.closed {
			b.cond.Wait()
		}
		b.items = nil
	}
}

func (b *outbox) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.cond.Signal()
}

// A pool's buffers come back one by one: one is enough for get, and not for drain.
type bufferPool struct {
	mu    sync.Mutex
	cond  *sync.Cond
	inUse int
	max   int
}

func newBufferPool(max int) *bufferPool {
	p := &bufferPool{max: max}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *bufferPool) get() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.inUse >= p.max {
		p.cond.Wait()
	}
	p.inUse++
}

func (p *bufferPool) put() {
	p.mu.Lock()
	p.inUse--
	p.mu.Unlock()
	p.cond.Signal() // want `Signal may wake the goroutine at signal\.go:\d+, whose condition has not changed, and not the one at signal\.go:\d+: use Broadcast`
}

func (p *bufferPool) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.inUse > 0 {
		p.cond.Wait()
	}
}

// Fine: both wait for the last one.
type crew struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newCrew() *crew {
	j := &crew{}
	j.cond = sync.NewCond(&j.mu)
	return j
}

func (j *crew) done() {
	j.mu.Lock()
	j.n--
	if j.n == 0 {
		j.cond.Signal()
	}
	j.mu.Unlock()
}

func (j *crew) wait() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.n > 0 {
		j.cond.Wait()
	}
}

// The workers of a pool all have to see that it is closed.
type rowers struct {
	mu      sync.Mutex
	cond    *sync.Cond
	jobs    []func()
	closing bool
}

func newRowers(n int) *rowers {
	c := &rowers{}
	c.cond = sync.NewCond(&c.mu)
	for range n {
		go c.work()
	}
	return c
}

func (c *rowers) work() {
	for {
		c.mu.Lock()
		for len(c.jobs) == 0 && !c.closing {
			c.cond.Wait()
		}
		if len(c.jobs) == 0 {
			c.mu.Unlock()
			return
		}
		job := c.jobs[0]
		c.jobs = c.jobs[1:]
		c.mu.Unlock()
		job()
	}
}

func (c *rowers) run(job func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return
	}
	c.jobs = append(c.jobs, job)
	c.cond.Signal()
}

func (c *rowers) stop() {
	c.mu.Lock()
	c.closing = true
	c.cond.Signal() // want `Signal wakes only one of the goroutines at signal\.go:\d+, but all of them wait for the change at signal\.go:\d+: use Broadcast`
	c.mu.Unlock()
}

// One worker sees it with one signal, and several with one each.
type hermit struct {
	mu      sync.Mutex
	cond    *sync.Cond
	jobs    []func()
	closing bool
}

func newHermit() *hermit {
	l := &hermit{}
	l.cond = sync.NewCond(&l.mu)
	go l.work()
	return l
}

func (l *hermit) work() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.jobs) == 0 && !l.closing {
		l.cond.Wait()
	}
}

func (l *hermit) stop() {
	l.mu.Lock()
	l.closing = true
	l.cond.Signal()
	l.mu.Unlock()
}

type porters struct {
	mu      sync.Mutex
	cond    *sync.Cond
	n       int
	closing bool
}

func newPorters(n int) *porters {
	g := &porters{n: n}
	g.cond = sync.NewCond(&g.mu)
	for range n {
		go g.work()
	}
	return g
}

func (g *porters) work() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.closing {
		g.cond.Wait()
	}
}

func (g *porters) stop() {
	g.mu.Lock()
	g.closing = true
	for range g.n {
		g.cond.Signal()
	}
	g.mu.Unlock()
}
