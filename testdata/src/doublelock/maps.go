package doublelock

import "sync"

// An element of a map is a variable: it holds the same object until it is deleted or set anew.

type seat struct {
	mu sync.Mutex
	n  int
}

type hall struct {
	mu    sync.Mutex
	seats map[string]*seat
}

func (h *hall) seat(id string) *seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seats[id]
	if s == nil {
		s = &seat{}
		h.seats[id] = s
	}
	return s
}

func (h *hall) sit(id string) {
	s := h.seats[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
}

func (h *hall) remove(id string) *seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seats[id]
	delete(h.seats, id)
	return s
}

func (h *hall) twice(id string) {
	s := h.seats[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	h.sit(id) // want `locked again`
}

func (h *hall) afterGet(id string) {
	s := h.seats[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	h.seats[id].mu.Lock() // want `locked again`
	h.seats[id].mu.Unlock()
}

func (h *hall) replaced(id string) {
	s := h.seats[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	h.seats[id] = &seat{}
	h.sit(id)
	h.seats[id].mu.Lock()
	h.seats[id].mu.Unlock()
}

func (h *hall) removed(id string) {
	s := h.remove(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	h.seat(id)
	h.sit(id)
}

func (h *hall) deleted(id string) {
	s := h.seats[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(h.seats, id)
	h.seat(id)
	h.sit(id)
}

func (h *hall) newTwice(id string) {
	h.seats[id] = &seat{}
	h.seats[id].mu.Lock()
	h.seats[id].mu.Lock() // want `locked again`
	h.seats[id].mu.Unlock()
	h.seats[id].mu.Unlock()
}
