package missingunlock

import "sync"

// begin locks, and done of the handle that it returns unlocks.
type granary struct {
	mu    sync.Mutex
	sacks map[string]int
}

type granaryTx struct {
	db    *granary
	delta map[string]int
}

func (g *granary) begin() *granaryTx {
	g.mu.Lock()
	return &granaryTx{db: g, delta: map[string]int{}}
}

func (tx *granaryTx) done() {
	for k, n := range tx.delta {
		tx.db.sacks[k] += n
	}
	tx.db.mu.Unlock()
}

func (g *granary) add(kind string, n int) {
	tx := g.begin()
	defer tx.done()
	tx.delta[kind] = n
}

// Forgotten on one path.
func (g *granary) move(from, to string, n int) bool {
	tx := g.begin()
	if g.sacks[from] < n {
		return false // want `return with .*mu still locked since \S+ by \(\*granary\)\.begin`
	}
	tx.delta[from] = -n
	tx.delta[to] = n
	tx.done()
	return true
}

// With an error.
func (g *granary) tryBegin(kind string) (*granaryTx, error) {
	g.mu.Lock()
	if g.sacks[kind] == 0 {
		g.mu.Unlock()
		return nil, errClosed
	}
	return &granaryTx{db: g, delta: map[string]int{}}, nil
}

func (g *granary) sell(kind string, n int) error {
	tx, err := g.tryBegin(kind)
	if err != nil {
		return err
	}
	if n <= 0 {
		return errClosed // want `return with g\.mu still locked since \S+ by \(\*granary\)\.tryBegin`
	}
	tx.delta[kind] = -n
	tx.done()
	return nil
}
