package doublelock

import (
	"iter"
	"sync"
)

// Silent shape 11 and its other side: the body of a range-over-func loop runs
// under the locks of the iterator.
type catalog struct {
	mu    sync.Mutex
	books []string
}

func (c *catalog) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, b := range c.books {
			if !yield(b) {
				return
			}
		}
	}
}

func (c *catalog) titles() (out []string) {
	for b := range c.All() {
		out = append(out, b)
	}
	return out
}

func (c *catalog) add(b string) {
	c.mu.Lock()
	c.books = append(c.books, b)
	c.mu.Unlock()
}

// Fine: each turn locks and unlocks.
func (c *catalog) fill(seq iter.Seq[string]) {
	for b := range seq {
		c.mu.Lock()
		c.books = append(c.books, b)
		c.mu.Unlock()
	}
}

func (c *catalog) dedup() {
	for b := range c.All() {
		c.mu.Lock() // want `c\.mu is locked again`
		c.books = append(c.books, b)
		c.mu.Unlock()
	}
}

// The loop is under the lock, and so is the body.
func (c *catalog) copy(seq iter.Seq[string]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for b := range seq {
		c.add(b) // want `c\.mu is locked again at rangefunc\.go:\d+ by \(\*catalog\)\.add`
	}
}

// A loop that stops with the lock held takes no other turn.
func (c *catalog) find(names func(func(string) bool), want string) {
	for name := range names {
		c.mu.Lock()
		if name == want {
			break
		}
		c.mu.Unlock()
	}
}

// An iterator that asks for one turn only, and one that asks for two.
type lone struct{ mu sync.Mutex }

func single(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		if yield(n) {
			println("once")
		}
	}
}

func pair(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		if yield(n) {
			yield(n + 1)
		}
	}
}

func (l *lone) once(n int) {
	for range single(n) {
		l.mu.Lock()
	}
	l.mu.Unlock()
}

func (l *lone) twice(n int) {
	for range pair(n) {
		l.mu.Lock() // want `l\.mu is locked again`
	}
	l.mu.Unlock()
}
