package doublelock

import "sync"

type album struct {
	mu     sync.Mutex
	photos []string
}

// A literal that is called where it stands.
func (a *album) add(p string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	func() { // want `a\.mu is locked again`
		a.mu.Lock()
		defer a.mu.Unlock()
		a.photos = append(a.photos, p)
	}()
}

// A literal in a variable.
func (a *album) count() int {
	size := func() int {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.photos)
	}
	n := size()
	a.mu.Lock()
	defer a.mu.Unlock()
	return n + size() // want `a\.mu is locked again at closures\.go:24 by .*count`
}

// A deferred literal.
func (a *album) del() {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { // want `a\.mu is locked again`
		a.mu.Lock()
		a.photos = a.photos[:0:0]
		a.mu.Unlock()
	}()
	a.photos = nil
}

// Fine: it runs after the unlock.
func (a *album) trim() {
	defer func() {
		a.mu.Lock()
		a.photos = a.photos[:0:0]
		a.mu.Unlock()
	}()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.photos = nil
}

// Fine: another goroutine.
func (a *album) upload(send func(string)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.photos {
		go func() {
			send(p)
			a.mu.Lock()
			a.photos = a.photos[1:]
			a.mu.Unlock()
		}()
	}
}

// The package's own withLock.
type guard struct {
	mu sync.Mutex
	n  int
}

func (g *guard) with(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

func (g *guard) Incr() {
	g.mu.Lock()
	g.n++
	g.mu.Unlock()
}

func (g *guard) bump() {
	g.with(func() {
		g.n++
	})
	g.with(func() { // want `g\.mu is locked again at closures\.go:\d+ by \(\*guard\)\.Incr`
		g.Incr()
	})
}

// Nested.
func (g *guard) nested() {
	g.with(func() { // want `g\.mu is locked again`
		g.with(func() { g.n++ })
	})
}

// A local lock.
func gather(jobs []func() error) (errs []error) {
	var mu sync.Mutex
	add := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	}
	for _, job := range jobs {
		if err := job(); err != nil {
			mu.Lock()
			add(err) // want `mu is locked again`
			mu.Unlock()
		}
	}
	return errs
}
