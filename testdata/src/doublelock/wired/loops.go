package wired

import (
	"context"
	"sync"

	"doublelock/wired/loop"
)

type pane struct {
	mu   sync.Mutex
	loop *loop.Loop
	desk *loop.Desk
	rows int
}

func (p *pane) layout() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows++
}

func (p *pane) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rows
}

func (p *pane) Resize() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loop.Call(p.layout) // want `p\.mu is locked again at .* by \(\*pane\)\.layout`
}

func (p *pane) Double() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return 2 * p.loop.Ask(p.count) // want `p\.mu is locked again at .* by \(\*pane\)\.count`
}

func (p *pane) Grouped() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loop.Group(p.layout) // want `p\.mu is locked again at .* by \(\*pane\)\.layout`
}

// Fine: the loop may run the function later, and time may end the wait.
func (p *pane) Later(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loop.Post(p.layout)
	p.loop.Begin(p.layout)
	return p.loop.Try(ctx, p.layout)
}

// Fine: nobody holds the lock.
func (p *pane) Show() int {
	p.mu.Lock()
	rows := p.rows
	p.mu.Unlock()
	p.loop.Call(p.layout)
	return rows
}

func (p *pane) Served() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.desk.Do(p.layout) // want `p\.mu is locked again at .* by \(\*pane\)\.layout`
}

func (p *pane) Ordered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.desk.Order(p.count) // want `p\.mu is locked again at .* by \(\*pane\)\.count`
}

// Not seen: others may use the channel as well.
func (p *pane) Last() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.desk.Last(p.layout)
}

// Fine: the answer comes before the function runs.
func (p *pane) Placed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.desk.Place(p.count)
}
