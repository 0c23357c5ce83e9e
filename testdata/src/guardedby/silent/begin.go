package silent

import "sync"

type node struct {
	mu   sync.Mutex
	conn map[int]int
	prev map[int]int
}

// Nobody else is there when it starts.
func (n *node) Start() {
	n.conn = make(map[int]int)
	go n.serve()
	n.mu.Lock()
	n.conn[1] = 1
	n.mu.Unlock()
}

func (n *node) serve() {
	n.mu.Lock()
	n.conn[2] = 2
	n.mu.Unlock()
}

func (n *node) InitWith(k int) {
	n.mu.Lock()
	n.prev = make(map[int]int)
	n.mu.Unlock()
	n.conn[k] = 1
}

// find writes only for those who have the lock for writing.
type db struct {
	mu   sync.RWMutex
	prev []int
	n    int
}

func (d *db) find(k int, note bool) int {
	if note {
		d.prev[k] = d.n
	}
	return d.n
}

func (d *db) Put(k int) {
	d.mu.Lock()
	d.n = d.find(k, true)
	d.prev[0] = 1
	d.mu.Unlock()
}

func (d *db) Del(k int) {
	d.mu.Lock()
	d.n = d.find(k, true)
	d.prev[0] = 0
	d.mu.Unlock()
}

func (d *db) Get(k int) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.find(k, false) + d.prev[0]
}

// The last calls, and checks that whoever has the object makes.
type resource struct {
	mu    sync.Mutex
	parts []int
	n     int
}

func (r *resource) Add(i int) {
	r.mu.Lock()
	r.parts = append(r.parts, i)
	r.n++
	r.mu.Unlock()
}

func (r *resource) Destroy() (sum int) {
	for _, i := range r.parts {
		sum += i
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return sum + r.n
}

func (r *resource) CheckInvariants() {
	if len(r.parts) != r.n {
		panic("parts")
	}
}

// A getter whose field is written when the object begins, or ends.
type packet struct {
	mu     sync.Mutex
	header *int
	refs   int
	name   string
}

func (p *packet) Header() *int { return p.header }

func (p *packet) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refs--
	if p.refs == 0 {
		p.header = nil
	}
}

func (p *packet) Open(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.name = name
}

func (p *packet) Name() string { return p.name }

// Trailer can be safely read only after the stream has ended.
func (p *packet) Trailer() int { return p.refs }

// Started is only valid after Release has been called.
func (p *packet) Started() bool { return p.refs > 0 }

// The group has been waited for.
type group struct {
	mu  sync.Mutex
	wg  sync.WaitGroup
	err error
}

func (g *group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.err = err
		}
	}()
}

func (g *group) Wait() error {
	g.wg.Wait()
	return g.err
}

// The goroutine runs while there is a channel, and takes it away when it ends.
type cleaner struct {
	mu sync.Mutex
	ch chan int
	n  int
}

func (c *cleaner) Add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.startLocked()
}

func (c *cleaner) startLocked() {
	if c.n > 1 && c.ch == nil {
		c.ch = make(chan int, 1)
		go c.clean()
	}
}

func (c *cleaner) clean() {
	for {
		<-c.ch
		c.mu.Lock()
		if c.n == 0 {
			c.ch = nil
			c.mu.Unlock()
			return
		}
		c.n--
		c.mu.Unlock()
	}
}

func (c *cleaner) Wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ch <- 1
}

// A hook of the object that is being made knows it, but who asks it has it from the one who makes it.
type client struct {
	mu sync.Mutex
	cc *int
}

func newClient(hook func(func()), cc *int) *client {
	c := new(client)
	hook(func() { c.closed() })
	c.mu.Lock()
	c.cc = cc
	c.mu.Unlock()
	return c
}

func (c *client) closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cc == nil
}

func (c *client) Conn() *int { return c.cc }

// The literal itself has nothing to do with guards.
type gateway struct {
	mu    sync.Mutex
	conns map[int]bool
	hole  chan bool
}

func (g *gateway) unhole() {
	g.mu.Lock()
	g.conns = map[int]bool{}
	g.hole = make(chan bool)
	g.mu.Unlock()
}

func (g *gateway) serveConn(c int) {
	defer func() {
		g.mu.Lock()
		delete(g.conns, c)
		g.mu.Unlock()
	}()
	done := make(chan bool)
	go func() {
		g.pass(c)
		close(done)
	}()
	<-done
}

func (g *gateway) pass(c int) {
	for range c {
		select {
		case <-g.hole:
			return
		default:
			println(c)
		}
	}
}
