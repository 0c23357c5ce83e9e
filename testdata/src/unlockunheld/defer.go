package unlockunheld

import "sync"

// The deferred unlock runs while the lock is temporarily released.
type pool struct {
	mu   sync.Mutex
	open int
}

func (p *pool) get(dial func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock() // want `p\.mu is unlocked by this deferred call, but was unlocked before, at defer\.go:\d+`
	p.mu.Unlock()
	if err := dial(); err != nil {
		return err
	}
	p.mu.Lock()
	p.open++
	return nil
}

// Fine: locked again on every path.
func (p *pool) renew(dial func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.Unlock()
	err := dial()
	p.mu.Lock()
	if err != nil {
		return err
	}
	p.open++
	return nil
}

// Two defers.
func (p *pool) drop() {
	p.mu.Lock()
	defer p.mu.Unlock() // want `p\.mu is unlocked by this deferred call, but was unlocked before, at defer\.go:\d+`
	defer p.mu.Unlock()
	p.open--
}

// A defer in a loop runs once for each turn.
func (p *pool) each(n int) {
	for range n {
		p.mu.Lock()
		p.open++
		p.mu.Unlock()
	}
}

// Silent shape 9: a deferred closure that looks first.
func (p *pool) use(f func() error) error {
	p.mu.Lock()
	locked := true
	defer func() {
		if locked {
			p.mu.Unlock()
		}
	}()
	if p.open == 0 {
		p.mu.Unlock()
		locked = false
		return errClosed
	}
	return f()
}

// A deferred closure that does not.
func (p *pool) useBadly(f func() error) error {
	p.mu.Lock()
	defer func() { // want `p\.mu is unlocked by this deferred call at defer\.go:\d+ by \(\*pool\)\.useBadly\.func1, but was unlocked before, at defer\.go:\d+`
		p.open--
		p.mu.Unlock()
	}()
	if p.open == 0 {
		p.mu.Unlock()
		return errClosed
	}
	return f()
}

// Silent shape 6: the caller holds the lock.
func (p *pool) slowly(f func()) {
	p.mu.Unlock()
	defer p.mu.Lock()
	f()
}

func (p *pool) run(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slowly(f)
	p.open++
}

// Silent shape 9: a conditional defer.
func (p *pool) count(held bool) int {
	if !held {
		p.mu.Lock()
		defer p.mu.Unlock()
	}
	return p.open
}
