// Package b uses the locks of crosspkg/a. The findings are those of all three
// checks, since they all rest on the same facts.
package b

import (
	"crosspkg/a"
	"errors"
)

var errShort = errors.New("short")

// A callback that comes back.
func callback(s *a.Store) (n int) {
	s.Update(func(m map[string]string) {
		n = s.Len()
		m["n"] = "1"
	})
	s.Update(func(m map[string]string) { // want `s\.mu is locked again at a\.go:\d+ by \(\*Store\)\.Get`
		m["x"] = s.Get("y")
	})
	return n
}

func nested() {
	a.WithState(func() {}) // fine
	a.WithState(a.State)   // want `locked again at a\.go:\d+ by State`
}

// A type of another package that wraps a lock.
type counter struct {
	latch a.Latch
	n     int
}

func (c *counter) add(n int) {
	c.latch.Lock()
	defer c.latch.Unlock()
	c.n += n
}

func (c *counter) get() int {
	c.latch.RLock()
	defer c.latch.RUnlock()
	return c.n
}

func (c *counter) addTwice(n int) {
	c.latch.Lock()
	c.add(n) // want `locked again at a\.go:\d+ by \(\*Latch\)\.Lock`
	c.latch.Unlock()
}

func (c *counter) sub(n int) error {
	c.latch.Lock()
	if n > c.n {
		return errShort // want `return with .* still locked since b\.go:\d+ by \(\*Latch\)\.Lock`
	}
	c.n -= n
	c.latch.Unlock()
	return nil
}

func (c *counter) reset() {
	c.latch.Lock()
	defer c.latch.Unlock() // want `unlocked by this deferred call at a\.go:\d+ by \(\*Latch\)\.Unlock, but was unlocked before`
	c.n = 0
	c.latch.Unlock()
}

func (c *counter) wrongMode() int {
	c.latch.RLock()
	defer c.latch.Unlock() // want `but held for reading since`
	return c.n
}

func (c *counter) upgrade() {
	c.latch.RLock()
	defer c.latch.RUnlock()
	if c.n < 0 {
		c.add(-c.n) // want `locked for writing at a\.go:\d+ by \(\*Latch\)\.Lock, which deadlocks: it is read-locked since`
	}
}

// Silent shape 5: a function of another package that returns holding.
func read(p *a.Page) (string, error) {
	if err := p.Acquire(); err != nil {
		return "", err
	}
	defer p.Mu.Unlock()
	return p.Text, nil
}

func readBad(p *a.Page) (string, error) {
	if err := p.Acquire(); err != nil {
		return "", err
	}
	if p.Text == "" {
		return "", errShort // want `return with p\.Mu still locked since b\.go:\d+ by \(\*Page\)\.Acquire`
	}
	t := p.Text
	p.Mu.Unlock()
	return t, nil
}

// Silent shape 9.
func try(p *a.Page) string {
	if !p.Try() {
		return ""
	}
	defer p.Mu.Unlock()
	return p.Text
}

// Silent shape 6: the lock is dropped and taken again in another package.
func yield(p *a.Page) {
	p.Mu.Lock()
	p.Yield()
	p.Text = ""
	p.Mu.Unlock()
}

// Silent shape 1: a flag says that it is held.
func fill(p *a.Page) {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	p.Append("a", true)
	p.Append("b", false) // want `p\.Mu is locked again at a\.go:\d+ by \(\*Page\)\.Append`
}

// Silent shape 8: a function of another package that never returns.
func must(p *a.Page) string {
	p.Mu.Lock()
	if p.Text == "" {
		a.Die(1)
	}
	t := p.Text
	p.Mu.Unlock()
	return t
}

// An instance of another package's generic type.
func fillBox(b *a.Box[int]) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	b.Set(1) // want `b\.Mu is locked again at a\.go:\d+ by .*Set`
}

// A promoted lock of an embedded type of another package.
type derived struct {
	a.Base
	m int
}

func (d *derived) both() {
	d.Lock()
	defer d.Unlock()
	d.m++
	d.Incr() // want `locked again at a\.go:\d+ by \(\*Base\)\.Incr`
}
