package missingunlock

import "sync"

type parser struct {
	mu   sync.Mutex
	toks []string
	pos  int
}

// All ends lead to the same exit.
func (p *parser) skip(want string) (ok bool) {
	p.mu.Lock()
	if p.pos >= len(p.toks) {
		goto out
	}
	if p.toks[p.pos] != want {
		goto out
	}
	p.pos++
	ok = true
out:
	p.mu.Unlock()
	return ok
}

// The label is behind the unlock.
type scanner struct {
	mu  sync.Mutex
	buf []byte
}

func (s *scanner) peek() (b byte) {
	s.mu.Lock()
	if len(s.buf) == 0 {
		goto empty
	}
	b = s.buf[0]
	s.mu.Unlock()
empty:
	return b // want `return with s\.mu still locked`
}

// A loop made of goto.
type ticket struct {
	mu   sync.Mutex
	next int
}

func (t *ticket) draw(taken func(int) bool) int {
again:
	t.mu.Lock()
	n := t.next
	t.next++
	t.mu.Unlock()
	if taken(n) {
		goto again
	}
	return n
}
