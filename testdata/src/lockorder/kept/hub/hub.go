// Package hub calls what its users register.
package hub

import "sync"

type Listener interface{ Changed(n int) }

type Hub struct {
	OnClose func() // called with the hub's lock held
	mu      sync.Mutex
	fs      []func(n int)
	quiet   []func(n int)
	l       Listener
	n       int
}

func (h *Hub) Register(f func(n int)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fs = append(h.fs, f)
}

// RegisterQuiet registers a function that is called without the lock.
func (h *Hub) RegisterQuiet(f func(n int)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.quiet = append(h.quiet, f)
}

func (h *Hub) Listen(l Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.l = l
}

func (h *Hub) Size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.n
}

func (h *Hub) Set(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n = n
	h.tell(n)
	h.l.Changed(n)
}

func (h *Hub) tell(n int) {
	for _, f := range h.fs {
		f(n)
	}
}

func (h *Hub) Poke() {
	h.mu.Lock()
	fs := h.quiet
	n := h.n
	h.mu.Unlock()
	for _, f := range fs {
		f(n)
	}
}

func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.OnClose()
}
