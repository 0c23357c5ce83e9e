// Package agent calls with its lock held what it is given.
package agent

import "sync"

type Canceler interface{ Cancel(int) }

type Agent struct {
	mu       sync.Mutex
	canceler Canceler
	pending  int
}

func New(c Canceler) *Agent { return &Agent{canceler: c} }

func (a *Agent) Start() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending++
}

func (a *Agent) Stop(p int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending--
	a.canceler.Cancel(p)
}
