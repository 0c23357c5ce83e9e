package lockorder

import "sync"

// A struct that lies in another one by value, and is known without that elsewhere.
type panel struct {
	mu  sync.Mutex
	dim dimmer
}

type dimmer struct {
	lamp  sync.Mutex
	n     int
	owner *panel
}

func (p *panel) press() {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := &p.dim
	d.turn()
}

func (d *dimmer) turn() {
	d.lamp.Lock()
	defer d.lamp.Unlock()
	d.n++
}

func (d *dimmer) blink() {
	d.lamp.Lock()
	defer d.lamp.Unlock()
	d.owner.mu.Lock() // want `dimmer\.blink locks dimmer\.lamp, then panel\.mu, and panel\.press \(byvalue\.go:\d+\) in the opposite order: can deadlock`
	defer d.owner.mu.Unlock()
}
