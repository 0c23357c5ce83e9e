package missingunlock

import (
	"context"
	"log"
	"sync"
)

// Functions that others have handed over, called with a lock held where a deferred function is there to
// recover from what they do.

type command func(args []string) error

type commandLine struct {
	mu       sync.Mutex
	commands map[string]command
	runs     int
	cancel   func()
}

func (c *commandLine) Register(name string, f command) { c.commands[name] = f }

func (c *commandLine) execute(name string, args []string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			log.Print(r)
		}
	}()
	c.mu.Lock()
	c.runs++
	err = c.commands[name](args) // want `if this call panics, the recover above leaves c\.mu locked since thrown\.go:29: defer the unlock`
	c.mu.Unlock()
	return err
}

func protected(mu *sync.Mutex, f func() int) (n int) {
	defer func() { recover() }()
	mu.Lock()
	n = f() // want `if this call panics, the recover above leaves mu locked since thrown\.go:38: defer the unlock`
	mu.Unlock()
	return n
}

// Fine: the unlock is deferred.
func (c *commandLine) safe(name string) {
	defer func() { recover() }()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.commands[name](nil)
}

// Fine: the deferred function unlocks.
func (c *commandLine) unlocks(name string) {
	locked := false
	defer func() {
		if recover() != nil && locked {
			c.mu.Unlock()
		}
	}()
	c.mu.Lock()
	locked = true
	c.commands[name](nil)
	locked = false
	c.mu.Unlock()
}

// Silent: it panics again.
func (c *commandLine) again(name string) {
	defer func() {
		if r := recover(); r != nil {
			log.Print(name)
			panic(r)
		}
	}()
	c.mu.Lock()
	c.commands[name](nil)
	c.mu.Unlock()
}

// A caller recovers, or who calls the literal that does.
func (c *commandLine) handle(name string) {
	c.mu.Lock()
	c.commands[name](nil) // want `if this call panics, \(\*commandLine\)\.serve recovers, and c\.mu stays locked since thrown\.go:\d+: defer the unlock`
	c.mu.Unlock()
}

func (c *commandLine) serve(names []string) {
	for _, name := range names {
		func() {
			c.runs++
		}()
		c.one(name)
	}
	defer func() { recover() }()
	c.handle(names[0])
}

func (c *commandLine) one(name string) error {
	return try(func() error { return c.guarded(name) })
}

func (c *commandLine) guarded(name string) error {
	c.mu.Lock()
	err := c.commands[name](nil) // want `if this call panics, try recovers, and c\.mu stays locked since thrown\.go:\d+: defer the unlock`
	c.mu.Unlock()
	return err
}

func try(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			log.Print(r)
		}
	}()
	return f()
}

// Silent: nothing recovers.
func (c *commandLine) plain(name string) {
	c.mu.Lock()
	c.commands[name](nil)
	c.mu.Unlock()
}

// Fine: the lock is given back around the call.
func (c *commandLine) outside(name string) {
	defer func() { recover() }()
	c.mu.Lock()
	f := c.commands[name]
	c.mu.Unlock()
	f(nil)
	c.mu.Lock()
	c.runs++
	c.mu.Unlock()
}

// Fine: to end a context does not panic.
func (c *commandLine) stop(cancel context.CancelFunc) {
	defer func() { recover() }()
	c.mu.Lock()
	c.cancel()
	cancel()
	c.mu.Unlock()
}

// Fine: the function is known, and returns.
func (c *commandLine) known() {
	defer func() { recover() }()
	twice := func(n int) int { return 2 * n }
	c.mu.Lock()
	c.runs = twice(c.runs)
	c.mu.Unlock()
}

// Fine: nobody but the package puts a function there.
type watched struct {
	mu   sync.Mutex
	done func()
}

func watcher() (done func()) {
	ch := make(chan struct{})
	var once sync.Once
	return func() { once.Do(func() { close(ch) }) }
}

func (w *watched) open() {
	w.mu.Lock()
	w.done = watcher()
	w.mu.Unlock()
}

func (w *watched) loop() {
	defer func() { recover() }()
	w.mu.Lock()
	if w.done != nil {
		w.done()
	}
	w.mu.Unlock()
}

// Whoever has the object puts a function there.
type Watched struct {
	mu   sync.Mutex
	Done func()
}

func (w *Watched) loop() {
	defer func() { recover() }()
	w.mu.Lock()
	if w.Done != nil {
		w.Done() // want `if this call panics, the recover above leaves w\.mu locked`
	}
	w.mu.Unlock()
}
