package missingunlock

import "sync"

// Silent shape 1: lock and unlock under the same condition.
type table struct {
	mu     sync.Mutex
	shared bool
	rows   []string
}

func (t *table) append(row string, shared bool) {
	if shared {
		t.mu.Lock()
	}
	t.rows = append(t.rows, row)
	if shared {
		t.mu.Unlock()
	}
}

// Silent shape 1: the condition is a field, read twice with no store between.
func (t *table) len() int {
	if t.shared {
		t.mu.Lock()
	}
	n := len(t.rows)
	if t.shared {
		t.mu.Unlock()
	}
	return n
}

// Silent shape 1: a flag that says whether the lock was taken.
func (t *table) trim(max int, already bool) {
	locked := false
	if !already {
		t.mu.Lock()
		locked = true
	}
	if len(t.rows) > max {
		t.rows = t.rows[:max]
	}
	if locked {
		t.mu.Unlock()
	}
}

// Silent shape 1: a nil test on the same value.
type optional struct {
	mu   *sync.Mutex
	hits int
}

func (o *optional) hit() {
	if o.mu != nil {
		o.mu.Lock()
	}
	o.hits++
	if o.mu != nil {
		o.mu.Unlock()
	}
}

// The other condition is not the same.
type window struct {
	mu     sync.Mutex
	frames int
}

func (w *window) advance(sync, ack bool) {
	if sync {
		w.mu.Lock()
	}
	w.frames++
	if sync && ack {
		w.mu.Unlock()
	}
} // want `end of function with w\.mu still locked`

// The unlock is on one side only.
type lease struct {
	mu    sync.Mutex
	owner string
}

func (l *lease) claim(who string) bool {
	l.mu.Lock()
	if l.owner == "" {
		l.owner = who
		l.mu.Unlock()
		return true
	}
	return false // want `return with l\.mu still locked`
}

// An else that forgets.
type session struct {
	mu   sync.Mutex
	uses int
}

func (s *session) use(max int) (ok bool) {
	s.mu.Lock()
	if s.uses < max {
		s.uses++
		s.mu.Unlock()
		ok = true
	} else if s.uses == max {
		ok = false
	} else {
		s.mu.Unlock()
	}
	return ok // want `return with s\.mu still locked`
}

// Short-circuit conditions.
type gate struct {
	mu   sync.Mutex
	open bool
}

func (g *gate) pass(ticket int) bool {
	g.mu.Lock()
	if g.open && ticket > 0 {
		g.mu.Unlock()
		return true
	}
	if !g.open || ticket <= 0 {
		g.mu.Unlock()
	}
	return false
}
