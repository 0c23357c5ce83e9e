package silent

import "sync"

// Shape 1: locked late, if at all: nil says so.
func (v *lazyView) lazily(want int) bool {
	var mu *sync.RWMutex
	for _, r := range v.rows {
		if r == want {
			mu = &v.mu
			mu.Lock()
			break
		}
	}
	if mu == nil {
		return false
	}
	v.rows = nil
	mu.Unlock()
	return true
}

type lazyView struct {
	mu   sync.RWMutex
	rows []int
}

type journal struct {
	mu    sync.Mutex
	lines []string
}

// Shape 1: only the outermost call locks.
func (j *journal) add(line string, depth int) {
	if depth == 0 {
		j.mu.Lock()
		defer j.mu.Unlock()
	}
	if len(line) > 80 {
		j.add(line[80:], depth+1)
		line = line[:80]
	}
	j.lines = append(j.lines, line)
}
