package doublelock

import (
	"errors"
	"sync"
)

var errShut = errors.New("shut")

// A handle that begin returned stands for the lock.
type cellar struct {
	mu      sync.Mutex
	shut    bool
	bottles int
}

type cellarTx struct{ c *cellar }

func (c *cellar) begin() (*cellarTx, error) {
	c.mu.Lock()
	if c.shut {
		c.mu.Unlock()
		return nil, errShut
	}
	return &cellarTx{c}, nil
}

func (tx *cellarTx) done() { tx.c.mu.Unlock() }

func (c *cellar) lay(n int) error {
	tx, err := c.begin()
	if err != nil {
		return err
	}
	defer tx.done()
	c.bottles += n
	return nil
}

func (c *cellar) layAll(ns []int) error {
	tx, err := c.begin()
	if err != nil {
		return err
	}
	defer tx.done()
	for _, n := range ns {
		if err := c.lay(n); err != nil { // want `c\.mu is locked again at \S+ by \(\*cellar\)\.begin`
			return err
		}
	}
	return nil
}

// One after the other.
func (c *cellar) layTwice(n int) error {
	if err := c.lay(n); err != nil {
		return err
	}
	tx, err := c.begin()
	if err != nil {
		return err
	}
	c.bottles++
	tx.done()
	return c.lay(n)
}
