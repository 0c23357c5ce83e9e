package lockorder

import "sync"

// What a test does with the locks of the code under test by hand is no half of a
// deadlock: see staged_test.go.
type depot struct {
	mu    sync.Mutex
	goods map[string]*good
}

type good struct {
	mu    sync.Mutex
	depot *depot
	name  string
}

var depots = map[string]*depot{}

func openDepot(name string) *depot {
	if depots[name] == nil {
		depots[name] = &depot{goods: map[string]*good{"a": {}}}
	}
	return depots[name]
}

func (d *depot) rename(from, to string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.goods[from]
	g.mu.Lock()
	g.name = to
	g.mu.Unlock()
	d.goods[to] = g
}

func (d *depot) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.goods)
}
