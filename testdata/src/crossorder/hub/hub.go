// Package hub calls the methods of an interface under its lock.
package hub

import "sync"

type Subscriber interface {
	Notify(event string)
}

type Hub struct {
	mu   sync.Mutex
	last string
}

func (h *Hub) Replay(s Subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.Notify(h.last)
}

func (h *Hub) Publish(event string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = event
}
