package doublelock

import (
	"fmt"
	"log"
	"sync"
)

type conn struct {
	mu   sync.Mutex
	addr string
	err  error
}

func (c *conn) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addr
}

func (c *conn) dial() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return fmt.Errorf("dial %v: %w", c, c.err) // want `c\.mu is locked again at fmt\.go:\d+ by \(\*conn\)\.String`
	}
	fmt.Printf("dialled %s\n", c.addr)
	fmt.Printf("dialled %p\n", c)
	return nil
}

// Fine: another one's String.
func (c *conn) dialAfter(o *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Println("after", o)
}

// Error and Format count too.
type failure struct {
	mu   sync.RWMutex
	seen int
}

func (f *failure) Error() string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return fmt.Sprint("seen ", f.seen)
}

func (f *failure) see() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen++
	return fmt.Sprint(f) // want `f\.mu is read-locked at fmt\.go:\d+ by \(\*failure\)\.Error`
}

func (c *conn) report() {
	c.mu.Lock()
	defer c.mu.Unlock()
	log.Printf("at %s", c) // want `c\.mu is locked again at fmt\.go:\d+ by \(\*conn\)\.String`
}

func (f *failure) wrapped() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Errorf("failed: %w", f) // want `f\.mu is read-locked at fmt\.go:\d+ by \(\*failure\)\.Error`
}
