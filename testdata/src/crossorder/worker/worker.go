// Package worker has both halves of a deadlock, one of them through an interface of
// another package.
package worker

import (
	"crossorder/hub"
	"sync"
)

type Worker struct {
	mu   sync.Mutex
	hub  *hub.Hub
	seen int
}

func (w *Worker) Notify(event string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen++
}

func (w *Worker) Start() {
	w.hub.Replay(w) // want `Worker\.Start locks hub\.Hub\.mu, then Worker\.mu, and Worker\.Stop \(worker\.go:\d+\) in the opposite order: can deadlock`
}

func (w *Worker) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hub.Publish("stopped")
}

// Silent: given back first.
type Careful struct {
	mu   sync.Mutex
	hub  *hub.Hub
	seen int
}

func (c *Careful) Notify(event string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen++
}

func (c *Careful) Start() { c.hub.Replay(c) }

func (c *Careful) Stop() {
	c.mu.Lock()
	c.seen = 0
	c.mu.Unlock()
	c.hub.Publish("stopped")
}
