package blockinglock

import "sync"

// A flag that the peer alone sets, with the lock held, shows that the peer has the lock behind it.

type mill struct {
	sync.Mutex
	started bool
	closeit chan bool
}

func newMill() *mill { return &mill{closeit: make(chan bool)} }

func (s *mill) Start() {
	s.Lock()
	s.started = true // nothing else sets it
	s.Unlock()
	<-s.closeit
}

func (s *mill) Close() {
	s.Lock()
	if s.started {
		s.closeit <- true
		s.started = false
	}
	s.Unlock()
}

// The sluice is the other direction: start sends, stop receives.
type sluice struct {
	sync.Mutex
	started   bool
	startstop chan bool
}

func newSluice() *sluice { return &sluice{startstop: make(chan bool)} }

func (w *sluice) start() {
	w.Lock()
	w.started = true
	w.Unlock()
	w.startstop <- true
}

func (w *sluice) stop() {
	w.Lock()
	defer w.Unlock()
	if !w.started {
		return
	}
	<-w.startstop
	w.started = false
}

// Here the flag is set before the goroutine starts, which may not have locked yet.
type earlyMill struct {
	sync.Mutex
	started bool
	n       int
	closeit chan bool
}

func newEarlyMill() *earlyMill { return &earlyMill{closeit: make(chan bool)} }

func (e *earlyMill) Start() {
	e.Lock()
	e.started = true
	e.Unlock()
	go e.run()
}

func (e *earlyMill) run() {
	e.Lock()
	e.n++
	e.Unlock()
	<-e.closeit
}

func (e *earlyMill) Close() {
	e.Lock()
	if e.started {
		e.closeit <- true // want `send to e\.closeit with e held \(since setflags\.go:\d+\): its receiver \(setflags\.go:\d+\) must lock e first \(setflags\.go:\d+\): deadlock`
		e.started = false
	}
	e.Unlock()
}

// Bug: the goroutine sets the flag itself, but locks twiceMill before it receives.
type twiceMill struct {
	sync.Mutex
	started bool
	n       int
	closeit chan bool
}

func newTwiceMill() *twiceMill { return &twiceMill{closeit: make(chan bool)} }

func (a *twiceMill) Start() {
	a.Lock()
	a.started = true
	a.Unlock()
	a.Lock()
	a.n++
	a.Unlock()
	<-a.closeit
}

func (a *twiceMill) Close() {
	a.Lock()
	if a.started {
		a.closeit <- true // want `send to a\.closeit with a held \(since setflags\.go:\d+\): its receiver \(setflags\.go:\d+\) must lock a first \(setflags\.go:\d+\): deadlock`
		a.started = false
	}
	a.Unlock()
}

func grind() {
	s := newMill()
	go s.Start()
	go s.Close()
	w := newSluice()
	go w.start()
	go w.stop()
	e := newEarlyMill()
	e.Start()
	go e.Close()
	a := newTwiceMill()
	go a.Start()
	go a.Close()
}

// The flag that the wait asks for is set in a function with more blocks than the sender has.
type child struct {
	mu      sync.Mutex
	n       int
	stopped bool
	exit    chan int
}

func startChild() *child {
	c := &child{exit: make(chan int)}
	go c.run()
	return c
}

func (c *child) run() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
	c.exit <- 1
}

func (c *child) wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		<-c.exit // want `receive from c.exit with c.mu held .*: its sender .* must lock c.mu first .*: deadlock`
	}
}

func (c *child) stop(n int) {
	for i := range n {
		if i%2 == 0 {
			println(i)
		} else if i%3 == 0 {
			println(-i)
		}
	}
	c.mu.Lock()
	if n > 0 {
		c.stopped = true
	}
	c.mu.Unlock()
}

// The receiver sets the flag that decides whether to send, but needs the lock again between two receives.
type ticker struct {
	mu      sync.Mutex
	control chan string
	n       int
}

func (t *ticker) command(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.control != nil {
		t.control <- s // want `send to t\.control with t\.mu held`
	}
}

func (t *ticker) run() {
	t.mu.Lock()
	t.control = make(chan string, 10)
	t.mu.Unlock()
	for s := range t.control {
		if s == "stop" {
			break
		}
		t.mu.Lock()
		t.n++
		t.mu.Unlock()
	}
	t.mu.Lock()
	t.control = nil
	t.mu.Unlock()
}

// This one does not.
type hearer struct {
	mu      sync.Mutex
	control chan string
	n       int
}

func (h *hearer) command(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.control != nil {
		h.control <- s
	}
}

func (h *hearer) run(control chan string) {
	h.mu.Lock()
	h.control = control
	h.mu.Unlock()
	for range control {
		h.n++
	}
}

func useTicker() {
	t := &ticker{}
	go t.run()
	t.command("stop")
	h := &hearer{}
	go h.run(make(chan string, 10))
	h.command("x")
}

// The consumer asks to be woken, with the lock held, and then waits for nothing but that. Whoever wakes it takes the request back.
type wokenQueue struct {
	mu    sync.Mutex
	items []int
	wake  chan struct{}
	asked bool
	do    func(int)
}

func newWokenQueue(do func(int)) *wokenQueue {
	q := &wokenQueue{wake: make(chan struct{}, 1), do: do}
	go q.run()
	return q
}

func (q *wokenQueue) push(v int) {
	q.mu.Lock()
	q.items = append(q.items, v)
	if q.asked {
		q.wake <- struct{}{}
		q.asked = false
	}
	q.mu.Unlock()
}

func (q *wokenQueue) run() {
	for {
		q.mu.Lock()
		for len(q.items) > 0 {
			v := q.items[0]
			q.items = q.items[1:]
			q.mu.Unlock()
			q.do(v)
			q.mu.Lock()
		}
		q.asked = true
		q.mu.Unlock()
		<-q.wake
	}
}

// Nobody takes the request back: the second one finds the buffer full.
type rungQueue struct {
	mu    sync.Mutex
	items []int
	wake  chan struct{}
	asked bool
	do    func(int)
}

func newRungQueue(do func(int)) *rungQueue {
	q := &rungQueue{wake: make(chan struct{}, 1), do: do}
	go q.run()
	return q
}

func (q *rungQueue) push(v int) {
	q.mu.Lock()
	q.items = append(q.items, v)
	if q.asked {
		q.wake <- struct{}{} // want `send to q\.wake with q\.mu held`
	}
	q.mu.Unlock()
}

func (q *rungQueue) run() {
	for {
		q.mu.Lock()
		for len(q.items) > 0 {
			v := q.items[0]
			q.items = q.items[1:]
			q.mu.Unlock()
			q.do(v)
			q.mu.Lock()
		}
		q.asked = true
		q.mu.Unlock()
		<-q.wake
	}
}
