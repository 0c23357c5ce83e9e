package lockorder

import "sync"

// An object that has been taken out of a container is not among those that are in it.

type cab struct {
	mu   sync.Mutex
	busy bool
}

type rank struct {
	mu   sync.Mutex
	free []*cab
	n    int
}

func (r *rank) take() *cab {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.free) == 0 {
		return &cab{}
	}
	c := r.free[0]
	r.free = r.free[1:]
	return c
}

func (r *rank) Ride() {
	c := r.take()
	c.mu.Lock()
	r.mu.Lock()
	r.n++
	r.mu.Unlock()
	c.mu.Unlock()
}

func (r *rank) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.free {
		c.mu.Lock()
		c.busy = false
		c.mu.Unlock()
	}
	r.free = nil
}

// A cab that is looked at stays in the list.
type stand struct {
	mu    sync.Mutex
	cabs  []*cab
	calls int
}

func (s *stand) first() *cab {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cabs) == 0 {
		return &cab{}
	}
	c := s.cabs[0]
	s.cabs = append(s.cabs, &cab{})
	return c
}

func (s *stand) Ride() {
	c := s.first()
	c.mu.Lock()
	s.mu.Lock() // want `\(\*stand\)\.Ride locks cab\.mu, then stand\.mu, and \(\*stand\)\.Close \(taken\.go:\d+\) in the opposite order: can deadlock`
	s.calls++
	s.mu.Unlock()
	c.mu.Unlock()
}

func (s *stand) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.cabs {
		c.mu.Lock()
		c.busy = false
		c.mu.Unlock()
	}
}

type lodger struct {
	mu   sync.RWMutex
	subs map[string]bool
}

func (l *lodger) drop(sub string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subs, sub)
}

func (l *lodger) each(f func(string)) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for s := range l.subs {
		f(s)
	}
}

// Evict deletes the lodger and holds the lock of that one; Drop locks a lodger that it finds in the house,
// which another one has moved into by then.
type house struct {
	mu      sync.RWMutex
	lodgers map[string]*lodger
}

func (h *house) move(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.lodgers[id]; !ok {
		h.lodgers[id] = &lodger{subs: map[string]bool{}}
	}
}

func (h *house) Drop(id, sub string) {
	h.move(id)
	h.mu.RLock()
	defer h.mu.RUnlock()
	h.lodgers[id].drop(sub)
}

func (h *house) take(id string) (*lodger, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.lodgers[id]
	delete(h.lodgers, id)
	return l, ok
}

func (h *house) Evict(id string) {
	l, ok := h.take(id)
	if !ok {
		return
	}
	l.each(func(sub string) { h.Drop(id, sub) })
}

// Visit does not take the lodger out.
type inn struct {
	mu     sync.RWMutex
	guests map[string]*lodger
}

func (h *inn) Drop(id, sub string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.guests[id].drop(sub) // want `\(\*inn\)\.Drop locks inn\.mu, then lodger\.mu, and \(\*inn\)\.Visit \(taken\.go:\d+\) in the opposite order: can deadlock`
}

func (h *inn) find(id string) (*lodger, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.guests[id]
	return l, ok
}

func (h *inn) Visit(id, other string) {
	l, ok := h.find(id)
	if !ok {
		return
	}
	l.each(func(sub string) { h.Drop(other, sub) })
}
