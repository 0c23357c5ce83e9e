// Package messages locks what it receives from channels. Each message is received once, by one goroutine.
package messages

import "sync"

type container struct {
	sync.Mutex
	n int
}

type device struct {
	identity sync.RWMutex
	key      int
	peer     *peer
}

type peer struct {
	state   sync.Mutex
	dev     *device
	inbound chan *container
	running bool
}

func New() *device {
	d := &device{}
	d.peer = &peer{dev: d, inbound: make(chan *container, 8)}
	return d
}

func (p *peer) Start() {
	p.state.Lock()
	defer p.state.Unlock()
	p.flush()
	p.running = true
}

func (p *peer) flush() {
	for {
		select {
		case c := <-p.inbound:
			c.Lock()
			c.n = 0
			c.Unlock()
		default:
			return
		}
	}
}

func (p *peer) Receive() {
	for c := range p.inbound {
		c.Lock()
		p.dev.identity.RLock()
		c.n += p.dev.key
		p.dev.identity.RUnlock()
		c.Unlock()
	}
}

func (p *peer) Stop() {
	p.state.Lock()
	p.running = false
	p.state.Unlock()
}

func (d *device) SetKey(k int) {
	d.identity.Lock()
	defer d.identity.Unlock()
	d.key = k
	d.peer.Stop()
}

// The container stays in a field, where both find it.
type device2 struct {
	identity sync.RWMutex
	key      int
	peer     *peer2
}

type peer2 struct {
	state   sync.Mutex
	dev     *device2
	current *container2
	running bool
}

type container2 struct {
	sync.Mutex
	n int
}

func New2() *device2 {
	d := &device2{}
	d.peer = &peer2{dev: d, current: &container2{}}
	return d
}

func Peer2(d *device2) any { return d.peer }

func (p *peer2) Start() {
	p.state.Lock()
	defer p.state.Unlock()
	p.current.Lock() // want `peer2\.state, con…utex and identity are locked in a cycle by peer2\.Start, peer2\.Receive and device2\.SetKey: can deadlock`
	p.current.n = 0
	p.current.Unlock()
	p.running = true
}

func (p *peer2) Receive() {
	p.current.Lock()
	p.dev.identity.RLock()
	p.current.n += p.dev.key
	p.dev.identity.RUnlock()
	p.current.Unlock()
}

func (p *peer2) Stop() {
	p.state.Lock()
	p.running = false
	p.state.Unlock()
}

func (d *device2) SetKey(k int) {
	d.identity.Lock()
	defer d.identity.Unlock()
	d.key = k
	d.peer.Stop()
}
