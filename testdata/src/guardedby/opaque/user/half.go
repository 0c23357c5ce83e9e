package user

import "guardedby/opaque/sync"

type halves struct {
	mu sync.Half
	// +checklocks:mu
	m map[string]int
}

func (h *halves) Get(k string) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.m[k]
}

func (h *halves) Add(k string) {
	h.mu.Lock()
	h.m[k]++
	h.mu.Unlock()
	h.m[k]++ // want `h.m is written without h.mu`
}
