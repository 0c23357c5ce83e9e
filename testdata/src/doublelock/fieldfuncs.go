package doublelock

import "sync"

// A function-typed field that the constructor sets to a method.
type lessor struct {
	mu         sync.Mutex
	leases     map[int]int
	checkpoint func(id int)
}

func newLessor() *lessor {
	l := &lessor{leases: map[int]int{}}
	l.checkpoint = l.save
	return l
}

func (l *lessor) save(id int) {
	l.mu.Lock()
	l.leases[id]++
	l.mu.Unlock()
}

func (l *lessor) renew(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checkpoint(id) // want `l\.mu is locked again at fieldfuncs\.go:\d+ by \(\*lessor\)\.save`
}

// To a literal.
type ticker struct {
	mu   sync.Mutex
	n    int
	tick func()
}

func newTicker() *ticker {
	t := &ticker{}
	t.tick = func() {
		t.mu.Lock()
		t.n++
		t.mu.Unlock()
	}
	return t
}

func (t *ticker) fire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tick() // want `t\.mu is locked again`
}

// Fine: called with the lock given back.
func (t *ticker) fireLater() {
	t.mu.Lock()
	tick := t.tick
	t.mu.Unlock()
	tick()
}

// A field that anybody may set is not known.
type hook struct {
	mu sync.Mutex
	On func()
}

func (h *hook) call() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.On != nil {
		h.On()
	}
}
