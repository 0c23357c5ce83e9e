package missingunlock

import "sync"

type idlers struct {
	mu   sync.Mutex
	idle map[string]int
}

// The loop has a turn, which unlocks.
func (p *idlers) TakeAny() (int, bool) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		for id, c := range p.idle {
			delete(p.idle, id)
			p.mu.Unlock()
			return c, true
		}
	} else {
		p.mu.Unlock()
	}
	return 0, false
}

// Nothing says that there is something in the map.
func (p *idlers) TakeSome(wanted bool) (int, bool) {
	p.mu.Lock()
	if wanted {
		for id, c := range p.idle {
			delete(p.idle, id)
			p.mu.Unlock()
			return c, true
		}
	} else {
		p.mu.Unlock()
	}
	return 0, false // want `return with p\.mu still locked`
}

// Only the first turn is sure: no second one, say.
func (p *idlers) TakeSecond() (int, bool) {
	p.mu.Lock()
	if len(p.idle) != 0 {
		seen := false
		for id, c := range p.idle {
			if !seen {
				seen = true
				continue
			}
			delete(p.idle, id)
			p.mu.Unlock()
			return c, true
		}
	} else {
		p.mu.Unlock()
	}
	return 0, false // want `return with p\.mu still locked`
}

// The map has changed since.
func (p *idlers) TakeLater(clear func(map[string]int)) (int, bool) {
	p.mu.Lock()
	if len(p.idle) == 0 {
		p.mu.Unlock()
		return 0, false
	}
	p.idle = make(map[string]int)
	clear(p.idle)
	for id, c := range p.idle {
		delete(p.idle, id)
		p.mu.Unlock()
		return c, true
	}
	return 0, false // want `return with p\.mu still locked`
}

// The one thing in the map may have been deleted.
func (p *idlers) TakeOther(id string) (int, bool) {
	p.mu.Lock()
	if len(p.idle) == 0 {
		p.mu.Unlock()
		return 0, false
	}
	delete(p.idle, id)
	for id, c := range p.idle {
		delete(p.idle, id)
		p.mu.Unlock()
		return c, true
	}
	return 0, false // want `return with p\.mu still locked`
}
