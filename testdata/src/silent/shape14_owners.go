package silent

import "sync"

// Shape 14: elements have an owner, but not all of them the one whose list they are in.

type harbor struct {
	mu    sync.RWMutex
	name  string
	ships []*ship
}

type ship struct {
	owner *harbor
	tons  int
}

func (s *ship) home() string {
	s.owner.mu.RLock()
	defer s.owner.mu.RUnlock()
	return s.owner.name
}

func (h *harbor) build(tons int) {
	h.mu.Lock()
	h.ships = append(h.ships, &ship{owner: h, tons: tons})
	h.mu.Unlock()
}

// A guest stays its owner's.
func (h *harbor) berth(from *harbor, tons int) {
	h.mu.Lock()
	h.ships = append(h.ships, &ship{owner: from, tons: tons})
	h.mu.Unlock()
}

func (h *harbor) homes() (names []string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.ships {
		names = append(names, s.home())
	}
	return names
}

func (h *harbor) rename(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.name = name
}

// An RWMutex that nobody ever locks for writing: readers do not wait for each other.
type almanac struct {
	mu    sync.RWMutex
	tides map[string][]int
}

func newAlmanac(tides map[string][]int) *almanac { return &almanac{tides: tides} }

func (a *almanac) tide(port string, hour int) int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	t := a.tides[port]
	if len(t) == 0 {
		return 0
	}
	return t[hour%len(t)]
}

func (a *almanac) day(port string) (out [24]int) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for h := range out {
		out[h] = a.tide(port, h)
	}
	return out
}
