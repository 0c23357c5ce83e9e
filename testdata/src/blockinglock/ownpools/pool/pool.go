// Package pool runs functions under a lock.
package pool

import "sync"

type Events struct {
	mu sync.RWMutex
	m  map[int][]func() bool
}

func New() *Events { return &Events{m: make(map[int][]func() bool)} }

func (p *Events) Handle(e int, f func() bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.m[e] = append(p.m[e], f)
}

func (p *Events) Trigger(e int) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, f := range p.m[e] {
		if !f() {
			return
		}
	}
}
