package silent

import "sync"

type deliberate struct {
	mu   sync.Mutex
	n    int
	m    map[int]int
	conn *int
}

func (d *deliberate) Inc() {
	d.mu.Lock()
	d.n++
	d.mu.Unlock()
	// Do not lock d.mu, so that the race detector sees who uses it after the end.
	d.n = 0
}

func (d *deliberate) N() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n
}

// Another function puts a new map in the place of this one.
func (d *deliberate) Drain() (sum int) {
	d.mu.Lock()
	m := d.m
	d.resetLocked()
	d.mu.Unlock()
	for _, v := range m {
		sum += v
	}
	return sum
}

func (d *deliberate) resetLocked() { d.m = make(map[int]int) }

func (d *deliberate) Put(k int) {
	d.mu.Lock()
	d.m[k] = k
	d.mu.Unlock()
}

// Only Read sets the connection.
func (d *deliberate) Read() int {
	if d.conn == nil {
		d.setConn(new(int))
	}
	return 0
}

func (d *deliberate) setConn(c *int) {
	d.mu.Lock()
	d.conn = c
	d.mu.Unlock()
}

func (d *deliberate) Peek() *int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.conn
}

// stream is read by one goroutine, which alone knows how far it is.
type stream struct {
	mu  sync.Mutex
	off int
	buf []byte
}

func (s *stream) Read(p []byte) int {
	n := copy(p, s.buf[s.off:])
	if n > 0 {
		s.mu.Lock()
		s.off += n
		s.mu.Unlock()
	}
	return n
}

type database struct {
	mu    sync.RWMutex
	dirty map[int]int
}

func (d *database) insert(k int) {
	d.mu.Lock()
	d.dirty[k] = k
	d.mu.Unlock()
}

func (d *database) Insert(k int) { d.insert(k) }

func (d *database) Get(k int) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.dirty[k]
}

// Commit is a non-synchronized mutator. It is unsafe to call it concurrently with other mutators.
func (d *database) Commit() int {
	d.mu.Lock()
	d.mu.Unlock()
	return d.commit()
}

// commit does the work.
func (d *database) commit() int {
	n := d.dirty[0]
	d.mu.Lock()
	delete(d.dirty, 0)
	d.mu.Unlock()
	return n
}

// Close runs when nobody else is there.
func (s *stream) Close() { s.off = 0 }

func (s *stream) Off() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.off
}

// What is done on purpose in one place is in the others.
type result struct {
	mu   sync.Mutex
	done bool
}

func (r *result) Run() {
	// Not locked, so that the race detector sees who comes too late.
	r.done = true
	r.mu.Lock()
	r.mu.Unlock()
}

func (r *result) Fuzz() {
	r.done = true
	r.mu.Lock()
	r.mu.Unlock()
}

func (r *result) Done() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}
