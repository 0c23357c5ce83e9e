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

// Fine: what the literal commits is the transaction that holds the lock which it takes again.
type bolt struct {
	mu sync.Mutex
	n  int
}

type boltTx struct{ db *bolt }

func (b *bolt) begin() (*boltTx, error) {
	b.mu.Lock()
	if b.n < 0 {
		b.mu.Unlock()
		return nil, errors.New("closed")
	}
	return &boltTx{b}, nil
}

func (tx *boltTx) commit() {
	tx.db.n++
	tx.db.mu.Unlock()
	tx.db = nil
}

func eachOf(all []int, f func(int) error) error {
	for _, n := range all {
		if err := f(n); err != nil {
			return err
		}
	}
	return nil
}

func compact(dst *bolt, all []int) error {
	tx, err := dst.begin()
	if err != nil {
		return err
	}
	err = eachOf(all, func(n int) error {
		if n > 100 {
			tx.commit()
			tx, err = dst.begin()
			if err != nil {
				return err
			}
		}
		return nil
	})
	tx.commit()
	return err
}

// But what is not committed is still locked.
func compactTwice(dst *bolt, all []int) error {
	tx, err := dst.begin()
	if err != nil {
		return err
	}
	err = eachOf(all, func(n int) error { // want `dst\.mu is locked again at handles\.go:\d+ by \(\*bolt\)\.begin, which deadlocks`
		if n > 100 {
			next, err := dst.begin()
			if err != nil {
				return err
			}
			next.commit()
		}
		return nil
	})
	tx.commit()
	return err
}
