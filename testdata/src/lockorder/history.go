package lockorder

import "sync"

// What goroutines have locked on their way keeps them apart, too. A porter who asks for the ledger has
// passed the door with the gate locked, and a clerk who asks for the stamp has passed the gate with
// the door locked. Both at once cannot be: each would have come through before the other. They
// can stop each other at the gate and the door.
type arsenal struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
}

func (d *arsenal) Porter() {
	d.gate.Lock()
	d.door.Lock() // want `\(\*arsenal\)\.Porter locks arsenal\.gate, then arsenal\.door, and \(\*arsenal\)\.Clerk in the opposite order: can deadlock`
	d.door.Unlock()
	d.stamp.Lock()
	d.ledger.Lock()
	d.ledger.Unlock()
	d.stamp.Unlock()
	d.gate.Unlock()
}

func (d *arsenal) Clerk() {
	d.door.Lock()
	d.gate.Lock()
	d.gate.Unlock()
	d.ledger.Lock()
	d.stamp.Lock()
	d.stamp.Unlock()
	d.ledger.Unlock()
	d.door.Unlock()
}

// The same through callees.
type yard struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
}

func (y *yard) Porter() {
	y.gate.Lock()
	y.porter()
	y.gate.Unlock()
}

func (y *yard) porter() {
	y.door.Lock()
	y.door.Unlock()
	y.stamp.Lock()
	y.sign()
	y.stamp.Unlock()
}

func (y *yard) sign() {
	y.ledger.Lock()
	y.ledger.Unlock()
}

func (y *yard) Clerk() {
	y.door.Lock()
	y.gate.Lock() // want `\(\*yard\)\.Clerk locks yard\.door, then yard\.gate, and \(\*yard\)\.Porter \(history\.go:\d+\) in the opposite order: can deadlock`
	y.gate.Unlock()
	y.clerk()
	y.door.Unlock()
}

func (y *yard) clerk() {
	y.ledger.Lock()
	y.stamp.Lock()
	y.stamp.Unlock()
	y.ledger.Unlock()
}

// A clerk who may take another way has not passed the gate.
type station struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
}

func (s *station) Porter() {
	s.gate.Lock()
	s.door.Lock() // want `station\.door`
	s.door.Unlock()
	s.stamp.Lock()
	s.ledger.Lock() // want `station\.ledger`
	s.ledger.Unlock()
	s.stamp.Unlock()
	s.gate.Unlock()
}

func (s *station) Clerk(back bool) {
	s.door.Lock()
	if !back {
		s.gate.Lock()
		s.gate.Unlock()
	}
	s.ledger.Lock()
	s.stamp.Lock()
	s.stamp.Unlock()
	s.ledger.Unlock()
	s.door.Unlock()
}

// Nor has one who has locked the door again since.
type harbour struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
}

func (h *harbour) Porter() {
	h.gate.Lock()
	h.door.Lock() // want `harbour\.door`
	h.door.Unlock()
	h.stamp.Lock()
	h.ledger.Lock() // want `harbour\.ledger`
	h.ledger.Unlock()
	h.stamp.Unlock()
	h.gate.Unlock()
}

func (h *harbour) Clerk(pause bool) {
	h.door.Lock()
	h.gate.Lock()
	h.gate.Unlock()
	if pause {
		h.door.Unlock()
		h.door.Lock()
	}
	h.ledger.Lock()
	h.stamp.Lock()
	h.stamp.Unlock()
	h.ledger.Unlock()
	h.door.Unlock()
}

// Nor has one who has waited, which gave the door back, or whose callee gives it back for a while.
type airport struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
	open   sync.Cond
	full   bool
}

func newAirport() *airport {
	a := &airport{}
	a.open.L = &a.door
	return a
}

func (a *airport) Porter() {
	a.gate.Lock()
	a.door.Lock() // want `airport\.door`
	a.full = false
	a.open.Signal()
	a.door.Unlock()
	a.stamp.Lock()
	a.ledger.Lock() // want `airport\.ledger`
	a.ledger.Unlock()
	a.stamp.Unlock()
	a.gate.Unlock()
}

func (a *airport) Clerk() {
	a.door.Lock()
	a.gate.Lock()
	a.gate.Unlock()
	for a.full {
		a.open.Wait()
	}
	a.ledger.Lock()
	a.stamp.Lock()
	a.stamp.Unlock()
	a.ledger.Unlock()
	a.door.Unlock()
}

type market struct {
	gate   sync.Mutex
	door   sync.Mutex
	ledger sync.Mutex
	stamp  sync.Mutex
}

func (m *market) Porter() {
	m.gate.Lock()
	m.door.Lock() // want `market\.door`
	m.door.Unlock()
	m.stamp.Lock()
	m.ledger.Lock() // want `market\.ledger`
	m.ledger.Unlock()
	m.stamp.Unlock()
	m.gate.Unlock()
}

func (m *market) Clerk() {
	m.door.Lock()
	m.gate.Lock()
	m.gate.Unlock()
	m.door.Unlock()
	m.door.Lock()
	m.pause()
	m.door.Unlock()
}

func (m *market) pause() {
	m.gate.Lock()
	m.gate.Unlock()
	m.door.Unlock()
	m.door.Lock()
	m.ledger.Lock()
	m.stamp.Lock()
	m.stamp.Unlock()
	m.ledger.Unlock()
}

// A callee that gives the door back and locks it again.
type mine struct {
	lamp, gate, door, ledger sync.Mutex
}

func (t *mine) yield() {
	t.door.Unlock()
	t.door.Lock()
}

func (t *mine) Clerk() {
	t.lamp.Lock()
	t.door.Lock()
	t.gate.Lock()
	t.gate.Unlock()
	t.lamp.Unlock()
	t.yield()
	t.ledger.Lock() // want `mine\.Clerk locks mine\.door, then mine\.ledger, and mine\.Porter \(history\.go:\d+\) in the opposite order: can deadlock`
	t.ledger.Unlock()
	t.door.Unlock()
}

func (t *mine) Porter() {
	t.lamp.Lock()
	t.gate.Lock()
	t.door.Lock()
	t.door.Unlock()
	t.ledger.Lock()
	t.door.Lock()
	t.door.Unlock()
	t.ledger.Unlock()
	t.gate.Unlock()
	t.lamp.Unlock()
}

// One of two gates has been passed, and nobody knows which.
type castle struct {
	gate, postern, door, ledger sync.Mutex
}

func (c *castle) Clerk(back bool) {
	c.door.Lock()
	gate := &c.gate
	if back {
		gate = &c.postern
	}
	gate.Lock() // want `\(\*castle\)\.Clerk locks castle\.door, then castle\.gate, and \(\*castle\)\.Porter in the opposite order: can deadlock`
	gate.Unlock()
	c.ledger.Lock() // want `\(\*castle\)\.Clerk locks castle\.door, then castle\.ledger, and \(\*castle\)\.Porter in the opposite order: can deadlock`
	c.ledger.Unlock()
	c.door.Unlock()
}

func (c *castle) Porter() {
	c.gate.Lock()
	c.door.Lock()
	c.door.Unlock()
	c.ledger.Lock()
	c.door.Lock()
	c.door.Unlock()
	c.ledger.Unlock()
	c.gate.Unlock()
}

// An iterator passes the gate now and then.
type palace struct {
	gate, door, ledger sync.Mutex
	closed             bool
}

func (p *palace) rooms(yield func(int) bool) {
	if p.closed {
		p.gate.Lock() // want `\(\*palace\)\.Clerk locks palace\.door, then palace\.gate, and \(\*palace\)\.Porter in the opposite order: can deadlock`
		p.gate.Unlock()
	}
	yield(1)
}

func (p *palace) Clerk() {
	p.door.Lock()
	for range p.rooms {
		println("room")
	}
	p.ledger.Lock() // want `\(\*palace\)\.Clerk locks palace\.door, then palace\.ledger, and \(\*palace\)\.Porter in the opposite order: can deadlock`
	p.ledger.Unlock()
	p.door.Unlock()
}

func (p *palace) Porter() {
	p.gate.Lock()
	p.door.Lock()
	p.door.Unlock()
	p.ledger.Lock()
	p.door.Lock()
	p.door.Unlock()
	p.ledger.Unlock()
	p.gate.Unlock()
}
