package silent

import (
	"errors"
	"sync"
	"sync/atomic"
)

// Who has said that it is done finds no new writers: they ask first, under the lock.
type progress struct {
	mu      sync.Mutex
	done    bool
	writers []int
}

func (p *progress) finish() (sum int) {
	p.mu.Lock()
	p.done = true
	p.mu.Unlock()
	for _, w := range p.writers {
		sum += w
	}
	return sum
}

func (p *progress) Run() { go p.finish() }

func (p *progress) Add(w int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	p.writers = append(p.writers, w)
}

func (p *progress) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.writers)
}

// A status that the section sets tells that the channel is there, for good.
type signal struct {
	mu     sync.Mutex
	status uint32
	ch     chan struct{}
}

func (s *signal) C() chan struct{} {
	s.mu.Lock()
	if set := s.status; set&1 == 0 {
		s.ch = make(chan struct{})
		atomic.StoreUint32(&s.status, set|1)
	}
	s.mu.Unlock()
	return s.ch
}

func (s *signal) Set(closed chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if status := s.status; status&1 == 0 {
		s.ch = closed
		atomic.StoreUint32(&s.status, status|1)
	}
}

// The state that was seen says that the error has been written, once.
type half struct {
	mu    sync.Mutex
	state int
	err   error
	name  string
}

func (h *half) Close() error {
	h.mu.Lock()
	switch h.state {
	case 0:
	case 2:
		h.mu.Unlock()
		return h.err
	}
	h.state = 1
	h.mu.Unlock()
	return nil
}

func (h *half) Fail(err error) {
	h.mu.Lock()
	if h.state == 0 {
		h.state = 2
		h.err = err
	}
	h.mu.Unlock()
}

func (h *half) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// The connection has been seen, and what is set together with it is there.
type dialer struct {
	mu     sync.RWMutex
	conn   *int
	client *int
}

func (d *dialer) Open(conn, client *int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conn, d.client = conn, client
}

func (d *dialer) Call() (int, error) {
	d.mu.RLock()
	closed := d.conn == nil
	d.mu.RUnlock()
	if closed {
		return 0, errors.New("closed")
	}
	return *d.client, nil
}

func (d *dialer) Shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conn = nil
}
