package gvisor

import (
	"errors"
	"sync"
)

type entry struct {
	mu   sync.Mutex
	dead bool
}

type mounts struct {
	at      map[*entry]int
	changed func()
}

var errBusy = errors.New("busy")

// What prepare runs cannot be seen, but that it locks is seen, and so is when it does not:
// that counts, rather than the annotation.
//
// +checklocksacquire:e.mu
func (m *mounts) prepare(e *entry) error {
	m.changed()
	if m.at[e] != 0 {
		return errBusy // +checklocksforce: inconsistent return
	}
	e.mu.Lock()
	return nil
}

// +checklocksrelease:e.mu
func (m *mounts) commit(e *entry) {
	e.dead = true
	e.mu.Unlock()
	m.changed()
}

func (m *mounts) remove(e *entry) error {
	if err := m.prepare(e); err != nil {
		return err
	}
	m.commit(e)
	return nil
}

func (m *mounts) forget(e *entry, keep bool) error {
	if err := m.prepare(e); err != nil {
		return err
	}
	if keep {
		return nil // want `return with e.mu still locked since prepare.go:\d+ by \(\*mounts\).prepare`
	}
	m.commit(e)
	return nil
}
