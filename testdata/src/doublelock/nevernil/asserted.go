package nevernil

import "sync"

type log interface{ Append(s string) error }

// No log says how large it is.
type sizer interface{ SizeBytes() int }

// A lines is a log that can be cut.
type cutter interface{ Cut() }

type lines struct{ s []string }

func (l *lines) Append(s string) error { l.s = append(l.s, s); return nil }
func (l *lines) Cut()                  { l.s = nil }

type store struct {
	mu  sync.Mutex
	log log
}

func newStore() *store { return &store{log: &lines{}} }

// Fine: no log is a sizer.
func (s *store) Put(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Append(k)
	if z, ok := s.log.(sizer); ok && z.SizeBytes() > 100 {
		s.Sync()
	}
}

func (s *store) PutCut(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Append(k)
	if _, ok := s.log.(cutter); ok {
		s.Sync() // want `s\.mu is locked again at .* by \(\*store\)\.Sync`
	}
}

func (s *store) Sync() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

// Anybody may write to a writer of another kind.
type Log interface{ Append(s string) error }

type box struct {
	mu  sync.Mutex
	log Log
}

func NewBox(l Log) *box { return &box{log: l} }

func (b *box) Put(k string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if z, ok := b.log.(sizer); ok && z.SizeBytes() > 100 {
		b.Sync() // want `b\.mu is locked again at .* by \(\*box\)\.Sync`
	}
}

func (b *box) Sync() {
	b.mu.Lock()
	defer b.mu.Unlock()
}
