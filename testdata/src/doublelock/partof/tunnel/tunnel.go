// Package tunnel tells its owner of what happens.
package tunnel

import "sync"

type Status struct{ Peers int }

type Engine struct {
	mu    sync.Mutex
	peers []string
	tell  func(Status)
}

func (e *Engine) SetCallback(tell func(Status)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tell = tell
}

func (e *Engine) Reconfigure(peers []string) {
	e.mu.Lock()
	e.peers = peers
	st, tell := Status{len(peers)}, e.tell
	e.mu.Unlock()
	if tell != nil {
		tell(st)
	}
}
