package silent

import "sync"

type pledge struct {
	mu sync.Mutex
	n  int
}

// Shape 2: the elements that stay locked are collected; whoever gets the slice unlocks them.
func claim(all map[string]*pledge) (out []*pledge) {
	for _, p := range all {
		p.mu.Lock()
		if p.n == 0 {
			out = append(out, p)
			continue
		}
		p.mu.Unlock()
	}
	return out
}

func release(claimed []*pledge) {
	for _, p := range claimed {
		p.mu.Unlock()
	}
}
