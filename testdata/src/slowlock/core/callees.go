package core

import (
	"net/http"
	"os"
	"sync"
	"time"
)

type cache struct {
	mu   sync.Mutex
	once sync.Once
	m    map[string]*http.Response
}

func (c *cache) fetch(url string) *http.Response {
	r, err := http.Get(url)
	if err != nil {
		return nil
	}
	return r
}

func (c *cache) get(url string) *http.Response {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.m[url]; r != nil {
		return r
	}
	return c.fetch(url) // want `^c.mu is held since callees.go:25 while http.Get, run by \(\*cache\).fetch at callees.go:17, waits for an HTTP peer$`
}

// There is one finding in a section, and it names the slowest.
func (c *cache) slowest(url string) {
	c.mu.Lock()
	_, _ = os.Stat(url)
	c.fetch(url) // want `http.Get`
	_ = os.Remove(url)
	c.mu.Unlock()

	c.mu.Lock()
	_, _ = os.Stat(url)
	_ = os.RemoveAll(url) // want `while os.RemoveAll waits for the file system`
	c.mu.Unlock()
}

// A function that gives its caller's lock back meanwhile.
func (c *cache) nap() {
	c.mu.Unlock()
	defer c.mu.Lock()
	time.Sleep(time.Second)
}

func (c *cache) naps() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nap()
}

func (c *cache) napsTwoLocks(b *box) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nap() // want `b.mu is held since callees.go:61 while time.Sleep, run by \(\*cache\).nap`
}

// One that does both tells its callers what they must know.
func (c *cache) statAndNap() {
	_, _ = os.Stat("x")
	c.nap()
}

func (c *cache) statsAndNaps() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statAndNap() // want `os.Stat, run by`
}

// One that does it on a condition.
func wait(really bool) {
	if really {
		time.Sleep(time.Second)
	}
}

func (c *cache) conditions() {
	c.mu.Lock()
	wait(false)
	c.mu.Unlock()
	c.mu.Lock()
	wait(true) // want `time.Sleep, run by wait`
	c.mu.Unlock()
}

// One that returns with the lock held.
func (c *cache) lock() { c.mu.Lock() }

func (c *cache) wrapped() {
	c.lock()
	time.Sleep(time.Second) // want `c.mu is held since callees.go:100 by \(\*cache\).lock while`
	c.mu.Unlock()
}

func (c *cache) literals() {
	c.mu.Lock()
	defer c.mu.Unlock()
	func() { // want `time.Sleep, run by \(\*cache\).literals.func1`
		time.Sleep(time.Second)
	}()
	later := func() { time.Sleep(time.Second) }
	defer func() { go later() }()
}

// What a caller passes is run under the callee's lock.
func (c *cache) with(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

func (c *cache) passes() {
	c.with(func() { time.Sleep(time.Second) }) // want `c.mu is held`
}

// What is done once only is not held against anybody.
func (c *cache) initialised() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.once.Do(func() { c.fetch("x") })
}

func (c *cache) recursive(n int) {
	if n > 0 {
		c.recursive(n - 1)
	}
	time.Sleep(time.Second)
}

func (c *cache) recurses() {
	c.mu.Lock()
	c.recursive(3) // want `time.Sleep, run by \(\*cache\).recursive`
	c.mu.Unlock()
}
