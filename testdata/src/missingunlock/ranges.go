package missingunlock

import "sync"

// Which elements a loop has locked, and another one unlocks, depends on numbers.
type cell struct {
	mu  sync.Mutex
	old bool
}

type row struct {
	mu    sync.Mutex
	cells []*cell
	spare []*cell
}

func (r *row) trim() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := 0; i < len(r.cells); {
		for ; i < len(r.cells); i++ {
			r.cells[i].mu.Lock()
			if r.cells[i].old {
				break
			}
			r.cells[i].mu.Unlock()
		}
		if i == len(r.cells) {
			break
		}
		j := i + 1
		for j < len(r.cells) {
			r.cells[j].mu.Lock()
			if !r.cells[j].old {
				r.cells[j].mu.Unlock()
				break
			}
			j++
		}
		for k := i; k < j; k++ {
			r.cells[k].mu.Unlock()
		}
		r.cells = append(r.cells[:i], r.cells[j:]...)
	}
}

// The loop unlocks elements of another slice.
func (r *row) first() *cell {
	for i := range r.cells {
		r.cells[i].mu.Lock()
		if r.cells[i].old {
			return r.cells[i] // want `return with r.cells\[i\].mu still locked since ranges.go:\d+; other paths unlock it`
		}
		r.cells[i].mu.Unlock()
	}
	for k := range r.spare {
		r.spare[k].mu.Lock()
	}
	for k := range r.spare {
		r.spare[k].mu.Unlock()
	}
	return nil
}
