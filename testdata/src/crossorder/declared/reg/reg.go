// Package reg declares the order of its locks, and of those of its users.
package reg

import "sync"

//lockvet:before Mu Entry.Mu
type Registry struct {
	Mu sync.Mutex
}

type Entry struct {
	Mu sync.Mutex
	R  *Registry
}

// Drop does it wrong by itself, so that its callers are not to blame.
func (e *Entry) Drop() {
	e.Mu.Lock()
	defer e.Mu.Unlock()
	e.R.Mu.Lock() // want `Registry\.Mu is locked with Entry\.Mu held \(since reg\.go:\d+\), against the order declared at reg\.go:\d+`
	e.R.Mu.Unlock()
}

func (r *Registry) Touch() {
	r.Mu.Lock()
	r.Mu.Unlock()
}
