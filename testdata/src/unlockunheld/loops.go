package unlockunheld

import "sync"

type harvest struct {
	mu   sync.Mutex
	sets []int
}

// The second turn unlocks what the first did.
func (h *harvest) each(f func(int)) {
	h.mu.Lock()
	for _, n := range h.sets {
		f(n)
		h.mu.Unlock() // want `h\.mu is unlocked, but was unlocked before, at loops\.go:\d+`
	}
}

// Unlocked on the way out of the loop, and after it.
func (h *harvest) first(ok func(int) bool) (found int) {
	h.mu.Lock()
	for _, n := range h.sets {
		if ok(n) {
			found = n
			h.mu.Unlock()
			break
		}
	}
	h.mu.Unlock() // want `h\.mu is unlocked, but was unlocked before, at loops\.go:\d+`
	return found
}

// Fine: the turn that unlocks returns.
func (h *harvest) any(ok func(int) bool) bool {
	h.mu.Lock()
	for _, n := range h.sets {
		if ok(n) {
			h.mu.Unlock()
			return true
		}
	}
	h.mu.Unlock()
	return false
}

// Fine: unlocked and locked again on every turn.
func (h *harvest) drain(f func([]int)) {
	h.mu.Lock()
	for len(h.sets) > 0 {
		sets := h.sets
		h.sets = nil
		h.mu.Unlock()
		f(sets)
		h.mu.Lock()
	}
	h.mu.Unlock()
}

// Silent shape 2: one loop locks, another unlocks.
type bin struct {
	mu    sync.Mutex
	count int
	next  *bin
}

func sum(bins []*bin) (n int) {
	for _, b := range bins {
		b.mu.Lock()
	}
	for _, b := range bins {
		n += b.count
		b.mu.Unlock()
	}
	return n
}

// Silent shape 2: hand-over-hand.
func find(b *bin, want int) bool {
	b.mu.Lock()
	for b.count != want {
		next := b.next
		if next == nil {
			b.mu.Unlock()
			return false
		}
		next.mu.Lock()
		b.mu.Unlock()
		b = next
	}
	b.mu.Unlock()
	return true
}

// Silent shape 2: unlocked from the last to the first.
func rotate(bins []*bin) {
	for i := 0; i < len(bins); i++ {
		bins[i].mu.Lock()
	}
	for i := len(bins) - 1; i >= 0; i-- {
		bins[i].mu.Unlock()
	}
}

// A loop over an array of locks.
type stripes struct {
	mu [4]sync.Mutex
	n  [4]int
}

func (s *stripes) reset() {
	for i := range s.mu {
		s.mu[i].Lock()
		s.n[i] = 0
		s.mu[i].Unlock()
	}
}

func (s *stripes) bump(i int) {
	s.mu[i].Lock()
	s.n[i]++
	s.mu[i].Unlock()
	s.mu[i].Unlock() // want `s\.mu\[i\] is unlocked, but was unlocked before, at loops\.go:\d+`
}

// Each entry is somebody who holds the lock.
type holders struct {
	mu   sync.Mutex
	open map[int]bool
}

func (h *holders) expire() {
	for id, old := range h.open {
		if old {
			h.mu.Unlock()
			delete(h.open, id)
		}
	}
}

// One loop locks as often as the other one unlocks.
func (h *holders) asOften(mu *sync.RWMutex, n int) {
	for range n {
		mu.RLock()
	}
	for range n {
		mu.RUnlock()
	}
}

func (h *holders) once(mu *sync.RWMutex, n int) {
	mu.RLock()
	for range n {
		mu.RUnlock() // want `mu is unlocked, but was unlocked before`
	}
}
