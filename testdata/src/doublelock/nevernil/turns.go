package nevernil

import "sync"

type slot struct {
	mu sync.Mutex
	h  func()
}

func (s *slot) replace(h func()) {
	s.mu.Lock()
	s.h = h
	s.mu.Unlock()
}

// update returns its argument, unless that is nil.
func update(m map[string]*slot, k string, h func()) (map[string]*slot, *slot) {
	if h == nil {
		return m, nil
	}
	if m == nil {
		m = make(map[string]*slot)
	}
	s := m[k]
	if s == nil {
		s = &slot{}
		m[k] = s
	}
	s.replace(h)
	return m, s
}

type registry struct {
	mu    sync.Mutex
	slots map[string]*slot
	regs  map[string]func()
}

// Each turn gives the next one's call what it has got.
func (q *registry) start() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for k, h := range q.regs {
		q.slots, _ = update(q.slots, k, h)
	}
	q.count() // want `q\.mu is locked again`
}

func (q *registry) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.slots)
}
