// Package desk calls what it was given with its lock held.
package desk

import (
	"errors"
	"sync"
)

type Desk struct {
	Changed func(n int) // called with the lock held

	mu     sync.Mutex
	papers map[string]int
}

// Open does nothing to locks, and fails sometimes.
func Open(name string) (*Desk, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &Desk{papers: map[string]int{}}, nil
}

func (d *Desk) Fill(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.papers[""] = n
}

func (d *Desk) Put(name string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.papers[name] = n
	if d.Changed != nil {
		d.Changed(n)
	}
}
