// Package inloops locks elements in one loop and unlocks them in another.
package inloops

import "sync"

type record struct {
	mu   sync.Mutex
	refs int
	dead bool
	size int
}

type deletion struct {
	*record
	released bool
}

type manager struct {
	mu      sync.Mutex
	records map[string]*record
}

func (m *manager) usage() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.records {
		r.mu.Lock()
		n += r.size
		r.mu.Unlock()
	}
	return n
}

// The second loop unlocks all that the first has left locked.
func (m *manager) prune(batch int) {
	var all []*deletion
	m.mu.Lock()
	for _, r := range m.records {
		r.mu.Lock()
		if r.refs == 0 {
			all = append(all, &deletion{record: r})
			continue
		}
		r.mu.Unlock()
	}
	for _, r := range all {
		r.dead = true
		r.mu.Unlock()
		r.released = true
	}
	m.mu.Unlock()
	if batch == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.records {
		if r.dead {
			delete(m.records, id)
		}
	}
}

// Nothing unlocks these before the lock.
type other struct {
	mu      sync.Mutex
	records map[string]*part
}

type part struct {
	mu   sync.Mutex
	refs int
	size int
}

func (o *other) usage() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.records {
		p.mu.Lock() // want `locks other.mu, then part.mu, and .*prune .* in the opposite order: can deadlock`
		n += p.size
		p.mu.Unlock()
	}
	return n
}

func (o *other) prune() {
	var all []*part
	o.mu.Lock()
	for _, p := range o.records {
		p.mu.Lock()
		if p.refs == 0 {
			all = append(all, p)
			continue
		}
		p.mu.Unlock()
	}
	o.mu.Unlock()
	o.mu.Lock()
	clear(o.records)
	o.mu.Unlock()
	for _, p := range all {
		p.mu.Unlock()
	}
}

var _, _, _, _ = (*manager).usage, (*manager).prune, (*other).usage, (*other).prune
