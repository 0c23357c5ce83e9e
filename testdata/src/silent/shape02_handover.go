package silent

import "sync"

// Shape 2: hand-over-hand along a slice: the next turn unlocks the element of this one, held in prev.
type waypoint struct {
	mu   sync.Mutex
	next *waypoint
	n    int
}

func follow(path []*waypoint) {
	var prev *waypoint
	for _, w := range path {
		w.mu.Lock()
		w.n++
		if prev != nil {
			prev.mu.Unlock()
		}
		prev = w
	}
	if prev != nil {
		prev.mu.Unlock()
	}
}
