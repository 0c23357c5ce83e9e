// Package givenback calls what an object keeps with the lock given back, which a caller of the caller holds.
package givenback

import "sync"

type hub struct {
	mu    sync.Mutex
	subs  map[int]*sub
	acked int
}

type sub struct {
	mu    sync.Mutex
	hub   *hub
	n     int
	onLow func()
}

type log struct{ lines []string }

func (l *log) add(s string) { l.lines = append(l.lines, s) }

func newHub() *hub { return &hub{subs: map[int]*sub{}} }

func (h *hub) open(i int) *sub {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &sub{hub: h}
	h.subs[i] = s
	return s
}

func (h *hub) Handle(n int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.handle(n)
}

func (h *hub) handle(n int) error {
	h.acked++
	return h.process(n)
}

// process is called with the lock held.
func (h *hub) process(n int) error {
	for i := range n {
		if s, ok := h.subs[i]; ok {
			h.mu.Unlock()
			s.released(n)
			h.mu.Lock()
		}
	}
	return nil
}

func (s *sub) released(n int) {
	s.mu.Lock()
	s.n -= n
	f := s.onLow
	s.mu.Unlock()
	if f != nil {
		f()
	}
}

func (s *sub) setLow(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onLow = f
}

func (s *sub) write(n int) {
	s.hub.mu.Lock()
	s.n += n
	s.hub.mu.Unlock()
}

func use(l *log) {
	h := newHub()
	s := h.open(1)
	s.setLow(func() {
		l.add("low")
		s.write(1)
	})
	h.Handle(1)
}

// Here the lock stays held.
type held struct {
	mu   sync.Mutex
	subs map[int]*heldSub
}

type heldSub struct {
	hub   *held
	n     int
	onLow func()
}

func (h *held) open(i int) *heldSub {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &heldSub{hub: h}
	h.subs[i] = s
	return s
}

func (h *held) Handle(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.process(n) // want `h.mu is locked again`
}

func (h *held) process(n int) {
	for i := range n {
		if s, ok := h.subs[i]; ok {
			s.released(n)
		}
	}
}

func (s *heldSub) released(n int) {
	s.n -= n
	if s.onLow != nil {
		s.onLow()
	}
}

func (s *heldSub) write(n int) {
	s.hub.mu.Lock()
	s.n += n
	s.hub.mu.Unlock()
}

func useHeld(l *log) {
	h := &held{subs: map[int]*heldSub{}}
	s := h.open(1)
	s.onLow = func() {
		l.add("low")
		s.write(1)
	}
	h.Handle(1)
}
