// Package foundorlit finds or makes an object, and returns it locked, with a literal that unlocks it.
package foundorlit

import (
	"errors"
	"sync"
)

type workflow struct {
	mu      sync.Mutex
	pending map[string]int
	version int
}

type cache struct {
	mu   sync.Mutex
	wfs  map[string]*workflow
	full bool
}

func (c *cache) get(id string) (*workflow, func(error), error) {
	c.mu.Lock()
	wf, ok := c.wfs[id]
	if !ok {
		if c.full {
			c.mu.Unlock()
			return nil, nil, errors.New("full")
		}
		wf = &workflow{pending: map[string]int{}}
		c.wfs[id] = wf
	}
	c.mu.Unlock()
	wf.mu.Lock()
	return wf, func(err error) {
		if err != nil {
			wf.version = 0
		}
		wf.mu.Unlock()
	}, nil
}

// Fine.
func (c *cache) complete(id, act string) (err error) {
	wf, release, err := c.get(id)
	if err != nil {
		return err
	}
	defer func() { release(err) }()
	if _, ok := wf.pending[act]; !ok {
		return errors.New("no such activity")
	}
	delete(wf.pending, act)
	return nil
}

func (c *cache) start(id, act string) error {
	wf, release, err := c.get(id)
	if err != nil {
		return err
	}
	if wf.pending[act] > 3 {
		return errors.New("too many") // want `still locked`
	}
	wf.pending[act]++
	release(nil)
	return nil
}
