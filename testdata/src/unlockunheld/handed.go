package unlockunheld

import "sync"

// A function that a literal calls runs with what those hold who have got the literal.
type Pool struct {
	mu   sync.Mutex
	n    int
	free func(n int) int
}

func NewPool(free func(n int) int) *Pool { return &Pool{free: free} }

func (p *Pool) Take(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.n < n {
		p.n += p.free(n)
	}
	p.n -= n
}

type Files struct {
	pool *Pool
	open map[string]int
}

func NewFiles() *Files {
	f := &Files{open: map[string]int{}}
	f.pool = NewPool(func(n int) int { return f.Shrink(n) })
	return f
}

func (f *Files) Shrink(n int) (freed int) {
	f.pool.mu.Unlock()
	for name, size := range f.open {
		delete(f.open, name)
		freed += size
	}
	f.pool.mu.Lock()
	return freed
}
