package missingunlock

import "sync"

// Double-checked locking, whose second test goes without unlocking.
type glossary struct {
	mu    sync.RWMutex
	terms map[string]string
}

func (g *glossary) define(term string, explain func(string) string) string {
	g.mu.RLock()
	text, ok := g.terms[term]
	g.mu.RUnlock()
	if ok {
		return text
	}
	g.mu.Lock()
	if text, ok := g.terms[term]; ok {
		return text // want `return with g\.mu still locked`
	}
	text = explain(term)
	g.terms[term] = text
	g.mu.Unlock()
	return text
}

// With a field, and the same condition twice.
type charter struct {
	mu     sync.Mutex
	signed bool
	by     []string
}

func (c *charter) sign(name string, check func([]string) error) error {
	if c.signed {
		return nil
	}
	c.mu.Lock()
	if c.signed {
		return nil // want `return with c\.mu still locked`
	}
	if err := check(c.by); err != nil {
		c.mu.Unlock()
		return err
	}
	c.by = append(c.by, name)
	c.signed = true
	c.mu.Unlock()
	return nil
}

// Done right.
func (c *charter) resign(name string) {
	if !c.signed {
		return
	}
	c.mu.Lock()
	if !c.signed {
		c.mu.Unlock()
		return
	}
	c.by, c.signed = nil, false
	c.mu.Unlock()
}
