package unlockunheld

import "sync"

// A helper that unlocks its caller's lock for a while has it locked again when it returns, on all its paths.
type larder struct {
	mu    sync.Mutex
	jars  map[string][]byte
	fetch func(string) ([]byte, error)
	fails int
}

func (p *larder) load(k string) ([]byte, error) {
	p.mu.Unlock()
	v, err := p.fetch(k)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.jars[k] = v
	return v, nil
}

func (p *larder) get(k string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock() // want `p\.mu is unlocked by this deferred call, but was unlocked before, at relocked\.go:\d+ by \(\*larder\)\.load`
	if v, ok := p.jars[k]; ok {
		return v, nil
	}
	return p.load(k)
}

// Fine: the error path locks it, too.
func (p *larder) reload(k string) ([]byte, error) {
	p.mu.Unlock()
	v, err := p.fetch(k)
	p.mu.Lock()
	if err != nil {
		p.fails++
		return nil, err
	}
	p.jars[k] = v
	return v, nil
}

func (p *larder) refresh(k string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reload(k)
}

// Fine: the result tells whether it is locked.
func (p *larder) try(k string) bool {
	p.mu.Unlock()
	v, err := p.fetch(k)
	if err != nil {
		return false
	}
	p.mu.Lock()
	p.jars[k] = v
	return true
}

func (p *larder) ask(k string) bool {
	p.mu.Lock()
	if !p.try(k) {
		return false
	}
	p.mu.Unlock()
	return true
}
