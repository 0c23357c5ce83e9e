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
	shut() // want `p\.mu is unlocked at \S+ by .*, but it is not held any more`
	return true
}

func (p *pantry) has(jar string) bool {
	done := p.look()
	defer done() // want `p\.mu is .*unlocked.* not held any more`
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
