// Package thisone holds the locks of all objects but the one whose other lock it waits for.
package thisone

import "sync"

type peer struct {
	state     sync.Mutex
	handshake sync.RWMutex
	sent      int
	key       int
	running   bool
}

func (p *peer) Start() {
	p.state.Lock()
	defer p.state.Unlock()
	p.handshake.Lock()
	p.sent = 0
	p.handshake.Unlock()
	p.running = true
}

func (p *peer) Stop() {
	p.state.Lock()
	defer p.state.Unlock()
	p.running = false
}

type device struct {
	mu    sync.Mutex
	peers map[int]*peer
}

func New() *device { return &device{peers: map[int]*peer{}} }

// SetKey stops the one peer with this key.
func (d *device) SetKey(k int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var locked []*peer
	for _, p := range d.peers {
		p.handshake.RLock()
		locked = append(locked, p)
	}
	for _, p := range d.peers {
		if p.key == k {
			p.handshake.RUnlock()
			p.Stop()
			p.handshake.RLock()
		}
	}
	for _, p := range locked {
		p.handshake.RUnlock()
	}
}

// The handshake stays locked.
type peer2 struct {
	state     sync.Mutex
	handshake sync.RWMutex
	sent      int
	key       int
	running   bool
}

func (p *peer2) Start() {
	p.state.Lock()
	defer p.state.Unlock()
	p.handshake.Lock() // want `\(\*peer2\)\.Start locks peer2\.state, then peer2\.handshake, and .* in the opposite order: can deadlock`
	p.sent = 0
	p.handshake.Unlock()
	p.running = true
}

func (p *peer2) Stop() {
	p.state.Lock()
	defer p.state.Unlock()
	p.running = false
}

func (p *peer2) SetKey(k int) {
	p.handshake.RLock()
	defer p.handshake.RUnlock()
	if p.key == k {
		p.Stop()
	}
}
