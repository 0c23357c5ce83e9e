package silent

import "sync"

// One function alone has the field, and nobody runs it twice at a time.
type lookup struct {
	mu    sync.RWMutex
	addrs []string
	next  int
}

func (l *lookup) Next() string {
	l.mu.Lock()
	if l.next >= len(l.addrs) {
		l.next = 0
	}
	addr := l.addrs[l.next]
	n := len(l.addrs)
	l.mu.Unlock()
	l.next = (l.next + 1) % n
	return addr
}

func (l *lookup) Set(addrs []string) {
	l.mu.Lock()
	l.addrs = addrs
	l.mu.Unlock()
}

// Taken out of the table, the entry is nobody else's.
type table struct {
	mu      sync.Mutex
	entries map[int]*entry
}

type entry struct {
	mu sync.Mutex
	n  int
}

func (e *entry) Inc() {
	e.mu.Lock()
	e.n++
	e.mu.Unlock()
}

func (t *table) Remove(k int) int {
	t.mu.Lock()
	e := t.entries[k]
	delete(t.entries, k)
	t.mu.Unlock()
	e.n = 0
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.n
}

// What begins calls this before it starts anything.
type store struct {
	mu   sync.Mutex
	rows map[int]int
}

func (s *store) Start() {
	s.fill()
	go s.serve()
}

func (s *store) fill() {
	s.rows[0] = 1
	s.mu.Lock()
	s.rows[1] = 2
	s.mu.Unlock()
}

func (s *store) serve() {
	s.mu.Lock()
	s.rows[2] = 2
	s.mu.Unlock()
}

// A map that two functions alone use with the lock, and one without.
type scanner struct {
	mu   sync.Mutex
	rows map[int]int
}

func (s *scanner) scan() (sum int) {
	for _, n := range s.rows {
		sum += n
	}
	return sum
}

func Scan(s *scanner) int { return s.scan() }

func (s *scanner) Put(k int) {
	s.mu.Lock()
	s.rows[k] = k
	s.mu.Unlock()
}

func (s *scanner) Get(k int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows[k]
}

// A bucket that its callers lock, as they must.
type bucket struct {
	mu   sync.Mutex
	rows map[int]int
}

// caller is responsible for locking b.mu
func (b *bucket) clear() { clear(b.rows) }

func Clear(b *bucket) { b.clear() }

func (b *bucket) Put(k int) {
	b.mu.Lock()
	b.rows[k] = k
	b.mu.Unlock()
}

func (b *bucket) Get(k int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rows[k]
}

func (b *bucket) Drop(k int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.rows, k)
}

// Only a callback calls count.
type counted struct {
	mu   sync.Mutex
	rows map[int]int
}

func (b *counted) count() int { return len(b.rows) }

func (b *counted) again() int { return b.count() }

func (b *counted) Notify(f func(func() int)) { f(b.again) }

func (b *counted) Put(k int) {
	b.mu.Lock()
	b.rows[k] = k
	b.mu.Unlock()
}

func (b *counted) Get(k int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rows[k]
}

func (b *counted) Drop(k int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.rows, k)
}

// The listener is set by those who call accept.
type listening struct {
	mu sync.Mutex
	ln *int
	n  int
}

func (l *listening) On(ln *int) int {
	l.mu.Lock()
	l.ln = ln
	l.mu.Unlock()
	return accept(l)
}

func (l *listening) OnTwo(a, b *int) int {
	l.mu.Lock()
	l.ln = a
	if a == nil {
		l.ln = b
	}
	l.mu.Unlock()
	return accept(l)
}

func accept(l *listening) int {
	n := *l.ln
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
	return n
}

func (l *listening) Peek() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return *l.ln
}

// The race detector is told to look away.
//
//go:norace
func (l *listening) N() int { return l.n }

// Buckets of a registry that nobody knows yet.
type registry struct{ buckets []*shard }

type shard struct {
	mu   sync.Mutex
	rows map[string]int
}

func newRegistry(n int) *registry {
	r := &registry{buckets: make([]*shard, n)}
	for i := range r.buckets {
		r.buckets[i] = &shard{rows: make(map[string]int)}
		r.buckets[i].rows["root"] = 1
	}
	return r
}

func (s *shard) Put(k string) {
	s.mu.Lock()
	s.rows[k] = 1
	s.mu.Unlock()
}

func (s *shard) Get(k string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows[k]
}

func (s *shard) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rows, k)
}

// The goroutine that writes the chain calls Insert and Delete, which lock for the readers alone.
type rounds struct {
	mu   sync.RWMutex
	data []int
}

func (r *rounds) Insert(i int) {
	if n := len(r.data); n > 0 && r.data[n-1] >= i {
		return
	}
	r.mu.Lock()
	r.data = append(r.data, i)
	r.mu.Unlock()
}

func (r *rounds) Delete(i int) {
	end := len(r.data)
	for end > 0 && r.data[end-1] >= i {
		end--
	}
	r.mu.Lock()
	r.data = r.data[:end]
	r.mu.Unlock()
}

func (r *rounds) Last() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.data[len(r.data)-1]
}
