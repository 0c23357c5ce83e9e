package missingunlock

import "sync"

type reporter struct {
	lock  sync.Locker
	lines []string
}

func (r *reporter) print(line string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.lines = append(r.lines, line)
}

func (r *reporter) last() string {
	r.lock.Lock()
	if len(r.lines) == 0 {
		return "" // want `return with r\.lock still locked`
	}
	line := r.lines[len(r.lines)-1]
	r.lock.Unlock()
	return line
}

// Silent shape 10: a concrete lock, by its interface.
type tape struct {
	mu  sync.Mutex
	pos int
}

func (t *tape) rewind() {
	var l sync.Locker = &t.mu
	l.Lock()
	t.pos = 0
	t.mu.Unlock()
}

// Silent shape 11: the package's own interface with embedded Locker.
type lockable interface {
	sync.Locker
	Name() string
}

func nameOf(l lockable) string {
	l.Lock()
	defer l.Unlock()
	return l.Name()
}

func nameUnless(l lockable, hidden bool) string {
	l.Lock()
	if hidden {
		return "" // want `return with l still locked`
	}
	n := l.Name()
	l.Unlock()
	return n
}

// A type of the package with Lock and Unlock methods of its own.
type spin struct {
	mu    sync.Mutex
	turns int
}

func (s *spin) Lock() {
	s.mu.Lock()
	s.turns++
}

func (s *spin) Unlock() { s.mu.Unlock() }

type wheel struct {
	spin spin
	pos  int
}

func (w *wheel) turn(by int) int {
	w.spin.Lock()
	if by == 0 {
		return w.pos // want `return with w\.spin.* still locked`
	}
	w.pos += by
	w.spin.Unlock()
	return w.pos
}

func (w *wheel) stop() {
	w.spin.Lock()
	defer w.spin.Unlock()
	w.pos = 0
}
