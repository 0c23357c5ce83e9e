package silent

import "sync"

// Messages, and the end of a goroutine, keep accesses apart.
type joined struct {
	mu   sync.Mutex
	n    int
	m    map[string]int
	done chan struct{}
	wg   sync.WaitGroup
}

func (j *joined) Sum(keys []string) int {
	j.mu.Lock()
	j.n = 0
	j.mu.Unlock()
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			j.mu.Lock()
			j.m[k] = len(k)
			j.mu.Unlock()
		}()
	}
	wg.Wait()
	return len(j.m)
}

// Made once, under the lock.
type lazy struct {
	mu   sync.Mutex
	list []int
}

func (l *lazy) List() []int {
	l.mu.Lock()
	if l.list == nil {
		l.list = []int{1}
	}
	l.mu.Unlock()
	return l.list
}

func (l *lazy) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.list)
}

// The only function that writes it has written it before.
type session struct {
	mu   sync.Mutex
	conn *int
}

func (s *session) Run(n int) int {
	s.mu.Lock()
	s.conn = &n
	s.mu.Unlock()
	return *s.conn
}

func (s *session) Conn() *int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// A write under a read lock of another object, with the lock of its own.
type member struct {
	sync.RWMutex
	pending map[int]int
}

func (m *member) add(i int) {
	m.Lock()
	m.pending[i] = 1
	m.Unlock()
}

func (m *member) drop(i int) {
	m.Lock()
	delete(m.pending, i)
	m.Unlock()
}

func move(from *member, to []*member) {
	from.RLock()
	defer from.RUnlock()
	i := 0
	for k := range from.pending {
		t := to[i]
		t.Lock()
		t.pending[k] = 1
		t.Unlock()
		i++
	}
}

// The value that has been seen is the last one.
type channel struct {
	mu   sync.Mutex
	conn *int
}

func (c *channel) open(conn *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
}

func (c *channel) Drop() int {
	c.mu.Lock()
	have := c.conn != nil
	c.mu.Unlock()
	if !have {
		return 0
	}
	return *c.conn
}

func (c *channel) Peek() *int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn
}

// A closed channel says that the error is there.
type closing struct {
	mu     sync.Mutex
	errMu  sync.Mutex
	closed bool
	err    error
	done   chan struct{}
	msgs   chan int
}

func (c *closing) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.errMu.Lock()
	if c.err == nil {
		c.err = err
	}
	c.errMu.Unlock()
	close(c.done)
}

func (c *closing) Fail(err error) { c.fail(err) }

func (c *closing) Next() (int, error) {
	select {
	case m := <-c.msgs:
		return m, nil
	case <-c.done:
		return 0, c.err
	}
}

func (c *closing) Err() error {
	c.errMu.Lock()
	defer c.errMu.Unlock()
	return c.err
}

// handshake sets the reader, under the lock.
type secure struct {
	mu     sync.Mutex
	done   bool
	reader *int
}

func (s *secure) handshake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return
	}
	s.reader = new(int)
	s.done = true
}

func (s *secure) Read() int {
	s.handshake()
	return *s.reader
}

func (s *secure) Reader() *int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reader
}
