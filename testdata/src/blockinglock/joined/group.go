package joined

import (
	"sync"

	"blockinglock/joined/source"
)

// A method that a deferred call runs tells of the end.
type table struct {
	mu     sync.Mutex
	weight map[string]int
}

func (t *table) measure(zone string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.weight[zone]++
}

func (t *table) Rebalance(zones []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := source.NewGroup(4)
	for _, z := range zones {
		g.Go(func() { t.measure(z) })
	}
	g.Wait() // want `wait of \(\*Group\).Wait with t.mu held .*: its goroutine .*must lock t.mu first .*: deadlock`
}

func (t *table) RebalanceRight(zones []string) {
	g := source.NewGroup(4)
	for _, z := range zones {
		g.Go(func() { t.measure(z) })
	}
	g.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.weight)
}
