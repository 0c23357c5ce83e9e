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
