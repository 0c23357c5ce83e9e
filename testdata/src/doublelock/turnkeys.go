package doublelock

import "sync"

type peerEntry struct {
	mu   sync.Mutex
	dead bool
}

type peerTable struct {
	byID  map[string]*peerEntry
	byPtr map[*int]*peerEntry
	other map[string]*peerEntry
}

func (t *peerTable) drop(id string) {
	if e := t.byID[id]; e != nil {
		e.mu.Lock()
		e.dead = true
		e.mu.Unlock()
	}
}

func (t *peerTable) dropPtr(p *int) {
	if e := t.byPtr[p]; e != nil {
		e.mu.Lock()
		e.dead = true
		e.mu.Unlock()
	}
}

// What a turn of the loop finds is what is under its key.
func (t *peerTable) sweep() {
	for id, e := range t.byID {
		e.mu.Lock()
		if e.dead {
			t.drop(id) // want `e\.mu is locked again at turnkeys\.go:\d+ by \(\*peerTable\)\.drop`
		}
		e.mu.Unlock()
	}
	for p, e := range t.byPtr {
		e.mu.Lock()
		t.dropPtr(p) // want `e\.mu is locked again at turnkeys\.go:\d+ by \(\*peerTable\)\.dropPtr`
		e.mu.Unlock()
	}
}

// Fine: another map has another element under the key, and another key another element.
func (t *peerTable) compare(not string) {
	for id, e := range t.other {
		e.mu.Lock()
		t.drop(id)
		e.mu.Unlock()
	}
	for _, e := range t.byID {
		e.mu.Lock()
		e.mu.Unlock()
		t.drop(not)
	}
}

// Fine: it has been replaced.
func (t *peerTable) renew() {
	for id, e := range t.byID {
		e.mu.Lock()
		t.byID[id] = &peerEntry{}
		t.drop(id)
		e.mu.Unlock()
	}
}
