package blockinglock

import "sync"

// Silent: the field that decides whether to wait is set by the one waited for, after it
// has acted (net/http's wantConn).
type delivery struct {
	mu     sync.Mutex
	done   bool
	result chan int
}

func newDelivery() *delivery { return &delivery{result: make(chan int, 1)} }

func (d *delivery) deliver(n int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		return false
	}
	d.done = true
	d.result <- n
	close(d.result)
	return true
}

func (d *delivery) cancel() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		n = <-d.result
	} else {
		close(d.result)
	}
	d.done = true
	return n
}

func deliveries() {
	d := newDelivery()
	go d.deliver(1)
	d.cancel()
}

// Silent: a buffer that has just been made, and one that is sent to once.
type notice struct {
	mu    sync.Mutex
	ch    chan bool
	early bool
	sent  bool
}

func (n *notice) channel() <-chan bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch == nil {
		n.ch = make(chan bool, 1)
		if n.early {
			n.ch <- true
		}
	}
	return n.ch
}

func (n *notice) notify() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.sent {
		return
	}
	n.sent = true
	if n.ch != nil {
		n.ch <- true
	}
}

func notices() {
	n := new(notice)
	go n.notify()
	n.channel()
}

// A field that the one who waits sets does not tell what the other one has done.
type runner struct {
	mu      sync.Mutex
	running bool
	quit    chan struct{}
	stopped chan struct{}
	turns   int
}

func (r *runner) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running = true
	r.quit, r.stopped = make(chan struct{}), make(chan struct{})
	go r.run()
}

func (r *runner) run() {
	defer close(r.stopped)
	for {
		select {
		case <-r.quit:
			return
		default:
			r.mu.Lock()
			r.turns++
			r.mu.Unlock()
		}
	}
}

func (r *runner) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running {
		r.running = false
		close(r.quit)
		<-r.stopped // want `receive from r\.stopped with r\.mu held \(since flags\.go:\d+\): its close \(flags\.go:\d+\) must lock r\.mu first \(flags\.go:\d+\): deadlock`
	}
}

// Silent: code elsewhere gets the channel by a type assertion.
type closeNotifier struct {
	mu   sync.Mutex
	gone chan bool
}

func (c *closeNotifier) Error() string { return "gone" }

func (c *closeNotifier) CloseNotify() <-chan bool { return c.gone }

func (c *closeNotifier) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone <- true
}

func newCloseNotifier() error {
	c := &closeNotifier{gone: make(chan bool)}
	go c.tell()
	return c
}

// The goroutine that is waited for takes elements out of the map. That does not make the map nil, which is what decides whether to wait.
type sweeper struct {
	mu    sync.Mutex
	items map[string]int
	quit  chan struct{}
	done  chan struct{}
}

func newSweeper(due <-chan int) *sweeper {
	s := &sweeper{items: make(map[string]int), quit: make(chan struct{}), done: make(chan struct{})}
	go s.run(due)
	return s
}

func (s *sweeper) run(due <-chan int) {
	defer close(s.done)
	for {
		select {
		case now := <-due:
			s.sweep(now)
		case <-s.quit:
			return
		}
	}
}

func (s *sweeper) sweep(now int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, end := range s.items {
		if end < now {
			delete(s.items, name)
		}
	}
}

func (s *sweeper) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items == nil {
		return
	}
	close(s.quit)
	<-s.done // want `receive from s\.done with s\.mu held \(since flags\.go:\d+\): its close \(flags\.go:\d+\) must lock s\.mu first \(flags\.go:\d+\): deadlock`
	s.items = nil
}

// Silent: who finds the element there, with the lock held, knows that the goroutine has the lock behind it.
type parked struct {
	mu    sync.Mutex
	jobs  map[int]bool
	ended chan int
}

func newParked() *parked { return &parked{jobs: make(map[int]bool), ended: make(chan int, 1)} }

func (p *parked) start(id int) {
	go func() {
		p.mu.Lock()
		p.jobs[id] = true
		p.mu.Unlock()
		p.ended <- id
	}()
}

func (p *parked) wait(id int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.jobs[id] {
		<-p.ended
	}
}

// Who waits has found that the client is not dead. That the reader says so, with the lock held, is not how it comes to wait.
type client struct {
	mu      sync.Mutex
	pending map[int]chan string
	dead    bool
	next    int
	lines   chan string
}

func newClient(lines chan string) *client {
	c := &client{pending: make(map[int]chan string), lines: lines}
	go c.read()
	return c
}

func (c *client) read() {
	for line := range c.lines {
		c.mu.Lock()
		ch := c.pending[len(line)]
		delete(c.pending, len(line))
		if ch != nil {
			ch <- line
		}
		c.mu.Unlock()
	}
	c.mu.Lock()
	c.dead = true
	for _, ch := range c.pending {
		close(ch)
	}
	c.mu.Unlock()
}

func (c *client) call() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return ""
	}
	c.next++
	reply := make(chan string, 1)
	c.pending[c.next] = reply
	return <-reply // want `receive from the channel with c\.mu held \(since flags\.go:\d+\): its sender and close must lock c\.mu first \(flags\.go:\d+\): deadlock`
}

// Silent: who waits has found that the reader has the lock behind it.
type opened struct {
	mu   sync.Mutex
	open bool
	up   chan struct{}
}

func newOpened() *opened {
	o := &opened{up: make(chan struct{})}
	go func() {
		o.mu.Lock()
		o.open = true
		o.mu.Unlock()
		close(o.up)
	}()
	return o
}

func (o *opened) wait() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open {
		<-o.up
	}
}
