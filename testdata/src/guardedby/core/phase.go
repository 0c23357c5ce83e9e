package core

import "sync"

// Nobody asks whether it is done before a writer is added.
type unasked struct {
	mu      sync.Mutex
	done    bool
	writers []int
}

func (p *unasked) Finish() (sum int) {
	p.mu.Lock()
	p.done = true
	p.mu.Unlock()
	for _, w := range p.writers { // want `p.writers is read without p.mu`
		sum += w
	}
	return sum
}

func (p *unasked) Add(w int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writers = append(p.writers, w)
}

func (p *unasked) Done() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

// Writers ask whether it is closed, and so does the reader: all of them go on while it is not.
type asked struct {
	mu     sync.Mutex
	closed bool
	items  map[int]int
}

func (p *asked) Put(k int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.items[k] = k
}

func (p *asked) Count() int {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return 0
	}
	p.mu.Unlock()
	return len(p.items) // want `p.items is read without p.mu`
}

func (p *asked) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

// A connection that is dropped while it is in use.
type dropped struct {
	mu    sync.Mutex
	state int
	conn  *int
}

func (d *dropped) Open(conn *int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == 0 {
		d.state = 1
		d.conn = conn
	}
}

func (d *dropped) Drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == 1 {
		d.state = 0
		d.conn = nil
	}
}

func (d *dropped) Use() int {
	d.mu.Lock()
	if d.state != 1 || d.conn == nil {
		d.mu.Unlock()
		return 0
	}
	d.mu.Unlock()
	return *d.conn // want `d.conn is read without d.mu`
}

// The field has another user.
type shared struct {
	mu    sync.Mutex
	addrs []string
	next  int
}

func (l *shared) Next() string {
	l.mu.Lock()
	addr := l.addrs[l.next%len(l.addrs)]
	l.mu.Unlock()
	l.next++ // want `l.next is written without l.mu`
	return addr
}

func (l *shared) Rewind() {
	l.mu.Lock()
	l.next = 0
	l.mu.Unlock()
}

// It is still in the table.
type book struct {
	mu      sync.Mutex
	entries map[int]*page
}

type page struct {
	mu sync.Mutex
	n  int
}

func (e *page) Inc() {
	e.mu.Lock()
	e.n++
	e.mu.Unlock()
}

func (b *book) Clear(k, other int) int {
	b.mu.Lock()
	e := b.entries[k]
	delete(b.entries, other)
	b.mu.Unlock()
	e.n = 0 // want `b.entries\[k\].n is written without`
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.n
}

// What begins calls it when a goroutine runs already, and others call it.
type store struct {
	mu   sync.Mutex
	rows map[int]int
}

func (s *store) Start() {
	go s.serve()
	s.fill(1)
}

func (s *store) Fill() { s.fill(2) }

func (s *store) fill(k int) {
	s.rows[k] = 1 // want `s.rows is written without s.mu`
	s.mu.Lock()
	s.rows[k+1] = 2
	s.mu.Unlock()
}

func (s *store) serve() {
	s.mu.Lock()
	s.rows[2] = 2
	s.mu.Unlock()
}

// Close is no end that others do not see.
type closer struct {
	mu   sync.Mutex
	conn *int
}

func (c *closer) Conn() *int { return c.conn } // want `c.conn is read without c.mu`

func (c *closer) Close() {
	c.mu.Lock()
	c.conn = nil
	c.mu.Unlock()
}

// The channel is replaced while the goroutine runs.
type restarted struct {
	mu sync.Mutex
	ch chan int
	n  int
}

func (r *restarted) Restart() {
	r.mu.Lock()
	r.ch = make(chan int)
	r.mu.Unlock()
	go r.loop()
}

func (r *restarted) loop() {
	for range 3 {
		<-r.ch // want `r.ch is read without r.mu`
		r.mu.Lock()
		r.n++
		r.mu.Unlock()
	}
}

// A getter that may be asked while the one who made the object goes on.
type made struct {
	mu sync.Mutex
	cc *int
}

func newMade() *made { return new(made) }

func (m *made) Set(cc *int) {
	m.mu.Lock()
	m.cc = cc
	m.mu.Unlock()
}

func (m *made) Conn() *int { return m.cc } // want `m.cc is read without m.mu`

// One of the writers reads under the lock, as others may write.
type chain struct {
	mu   sync.RWMutex
	data []int
}

func (c *chain) Insert(i int) {
	if n := len(c.data); n > 0 && c.data[n-1] >= i { // want `c.data is read without c.mu`
		return
	}
	c.mu.Lock()
	c.data = append(c.data, i)
	c.mu.Unlock()
}

func (c *chain) Delete() {
	c.mu.Lock()
	c.data = c.data[:len(c.data)-1]
	c.mu.Unlock()
}

func (c *chain) Last() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.data[len(c.data)-1]
}
