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

// The rows of a transaction stay locked until its end, which unlocks them by a method of theirs.
type txRow struct {
	mu  sync.Mutex
	val int
}

func (r *txRow) release() { r.mu.Unlock() }

type RowTx struct{ held []*txRow }

type RowTable struct{ rows []*txRow }

func (t *RowTable) Begin(ids ...int) *RowTx {
	tx := &RowTx{}
	for _, id := range ids {
		r := t.rows[id]
		r.mu.Lock()
		tx.held = append(tx.held, r)
	}
	return tx
}

func (x *RowTx) End() {
	for _, r := range x.held {
		r.release()
	}
	x.held = nil
}
