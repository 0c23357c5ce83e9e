package unlockunheld

import "sync"

type cellar struct {
	mu, nu  sync.Mutex
	bottles int
}

// What a deferred literal knows of a variable of its own function.
func (c *cellar) deferred(ask func() bool) {
	again := false
	defer func() {
		c.mu.Unlock()
		again = false
		if ask() {
			c.mu.Lock()
			again = true
		}
		if again {
			c.mu.Unlock()
		}
	}()
	c.mu.Lock()
	ask()
}

// A body that unlocks what the function around it does not hold does so on each turn.
func (c *cellar) turns(bottles func(func(int) bool)) {
	for b := range bottles {
		c.bottles += b
		c.mu.Unlock() // want `c\.mu is unlocked, but was unlocked before, at confined\.go:\d+`
	}
}

// Whether o is c or not, the second unlock finds the lock free.
func (c *cellar) maybeSame(o *cellar) {
	o.mu.Lock()
	c.mu.Unlock()
	if c.bottles > 0 {
		c.mu.Unlock() // want `c\.mu is unlocked, but was unlocked before, at confined\.go:\d+`
	}
}

// Parameters are two objects, for literals too: the second unlock of c.mu does not end the
// acquisition of o.mu.
func (c *cellar) twoObjects(o *cellar) {
	func() {
		c.mu.Lock()
		o.mu.Lock()
		defer o.mu.Unlock()
		c.mu.Unlock()
		c.mu.Unlock() // want `c\.mu is unlocked, but was unlocked before, at confined\.go:\d+`
	}()
}

// What a callee found when it began holds for what it was passed then, whatever changed
// while it waited.
type barrel struct {
	mu, nu sync.Mutex
	shut   bool
	level  int
}

func (b *barrel) enter(shut bool) bool {
	if b.shut {
		panic("shut")
	}
	b.mu.Lock()
	b.level++
	b.mu.Unlock()
	return shut
}

func (b *barrel) tap() {
	defer b.nu.Unlock()
	b.nu.Lock()
	if b.enter(b.shut) {
		b.nu.Unlock()
	}
}
