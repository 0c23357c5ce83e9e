package unlockunheld

import "sync"

// The function that unlocks is what a function returned, and is called twice.
type pantry struct {
	mu   sync.RWMutex
	jars map[string]int
}

func (p *pantry) open() (shut func()) {
	p.mu.Lock()
	return func() {
		p.jars["opened"]++
		p.mu.Unlock()
	}
}

func (p *pantry) look() func() {
	p.mu.RLock()
	return p.mu.RUnlock
}

func (p *pantry) take(jar string) bool {
	shut := p.open()
	if p.jars[jar] == 0 {
		shut()
	}
	p.jars[jar]--
	shut() // want `p\.mu is unlocked at releases\.go:\d+ by \(\*pantry\)\.open\.func1, but was unlocked before, at releases\.go:\d+ by \(\*pantry\)\.open\.func1`
	return true
}

func (p *pantry) has(jar string) bool {
	done := p.look()
	defer done() // want `p\.mu is unlocked by this deferred call, but was unlocked before, at releases\.go:\d+`
	if p.jars[jar] > 0 {
		done()
		return true
	}
	return false
}

// Each path calls it once.
func (p *pantry) fill(jar string, n int) bool {
	shut := p.open()
	if n <= 0 {
		shut()
		return false
	}
	p.jars[jar] += n
	shut()
	return true
}

// Two of them.
func (p *pantry) swap(a, b string) {
	shut := p.open()
	p.jars[a]--
	shut()
	shut = p.open()
	p.jars[b]++
	shut()
}

// A callee that runs the function it got on each of its ways out runs it once.
type session struct {
	mu     sync.RWMutex
	closed bool
	fast   bool
}

func (s *session) do(strict bool, release func(), ask func() bool) bool {
	if s.closed {
		release()
		return false
	}
	if ask() {
		release()
		return true
	}
	if strict && s.fast {
		release()
		return false
	}
	if s.fast {
		release()
		return true
	}
	release()
	return false
}

func (s *session) done() { s.mu.RUnlock() }

func (s *session) query(ask func() bool) bool {
	s.mu.RLock()
	return s.do(true, s.done, ask)
}

func (s *session) queryTwice(ask func() bool) bool {
	s.mu.RLock()
	s.do(true, s.done, ask)
	return s.do(true, s.done, ask) // want `s\.mu is unlocked at releases\.go:\d+ by \(\*session\)\.done, but was unlocked before, at releases\.go:\d+ by \(\*session\)\.done`
}
