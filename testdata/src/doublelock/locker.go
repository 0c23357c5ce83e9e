package doublelock

import "sync"

// A type of the package with Lock and Unlock methods of its own.
type traced struct {
	mu    sync.Mutex
	holds int
}

func (t *traced) Lock() {
	t.mu.Lock()
	t.holds++
}

func (t *traced) Unlock() {
	t.holds--
	t.mu.Unlock()
}

type press struct {
	lock  traced
	pages int
}

func (p *press) print() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.count() // want `locked again at locker\.go:\d+ by \(\*traced\)\.Lock`
	p.pages++
}

func (p *press) count() int {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.pages
}

func (p *press) read() int { return p.count() }

// By its interface.
func (p *press) use() {
	var l sync.Locker = &p.lock
	l.Lock()
	defer l.Unlock()
	p.count() // want `locked again`
}

// A Locker field, of unknown origin: the same value twice.
type stage struct {
	l sync.Locker
	n int
}

func (s *stage) light() {
	s.l.Lock()
	defer s.l.Unlock()
	s.dim() // want `s\.l is locked again at locker\.go:\d+ by \(\*stage\)\.dim`
}

func (s *stage) dim() {
	s.l.Lock()
	s.n--
	s.l.Unlock()
}

// A wrapper that counts how often its owner locks it is no double lock: it looks
// at the owner first.
type reentrant struct {
	mu    sync.Mutex
	owner int
	depth int
}

func (r *reentrant) lock(me int) {
	if r.owner == me {
		r.depth++
		return
	}
	r.mu.Lock()
	r.owner, r.depth = me, 1
}

func (r *reentrant) unlock() {
	r.depth--
	if r.depth == 0 {
		r.owner = 0
		r.mu.Unlock()
	}
}

func (r *reentrant) visit(me int, again bool) {
	r.lock(me)
	if again {
		r.visit(me, false)
	}
	r.unlock()
}
