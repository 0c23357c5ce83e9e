// Package stays has flags that are set and never reset: what they say once they say for good.
package stays

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

var errClosed = errors.New("closed")

// An atomic one, tested with another lock held.
type conn struct {
	write, mu sync.Mutex
	closed    atomic.Bool
	w         io.Writer
}

func (c *conn) put(b []byte) error {
	c.write.Lock()
	if c.closed.Load() {
		c.write.Unlock()
		return errClosed
	}
	_, err := c.w.Write(b)
	c.write.Unlock()
	if err != nil {
		return c.Close()
	}
	return nil
}

func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed.CompareAndSwap(false, true) {
		return errClosed
	}
	return c.put(nil) // which finds it closed
}

func (c *conn) Write(b []byte) error { return c.put(b) }

// The same, which can be opened again.
type line struct {
	write, mu sync.Mutex
	closed    atomic.Bool
	w         io.Writer
}

func (c *line) put(b []byte) error {
	c.write.Lock()
	if c.closed.Load() {
		c.write.Unlock()
		return errClosed
	}
	_, err := c.w.Write(b)
	c.write.Unlock()
	if err != nil {
		return c.Close()
	}
	return nil
}

func (c *line) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed.CompareAndSwap(false, true) {
		return errClosed
	}
	return c.put(nil) // want `c\.mu is locked again at stays\.go:\d+ by \(\*line\)\.Close, which deadlocks`
}

func (c *line) Open() { c.closed.Store(false) }

func (c *line) Write(b []byte) error { return c.put(b) }

// The same, which is overwritten with the struct around it.
type door struct {
	write, mu sync.Mutex
	marks     *marks
	w         io.Writer
}

type marks struct{ closed atomic.Bool }

func (d *door) put(b []byte) error {
	d.write.Lock()
	if d.marks.closed.Load() {
		d.write.Unlock()
		return errClosed
	}
	_, err := d.w.Write(b)
	d.write.Unlock()
	if err != nil {
		return d.Close()
	}
	return nil
}

func (d *door) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.marks.closed.CompareAndSwap(false, true) {
		return errClosed
	}
	return d.put(nil) // want `d\.mu is locked again at stays\.go:\d+ by \(\*door\)\.Close, which deadlocks`
}

func (d *door) Open() { *d.marks = marks{} }

func (d *door) Write(b []byte) error { return d.put(b) }
