package unlockunheld

import "sync"

// Silent shape 3: functions that unlock what their callers hold.
type tape struct {
	mu  sync.Mutex
	pos int
}

func (t *tape) done() { t.mu.Unlock() }

func (t *tape) seek(pos int) {
	t.mu.Lock()
	defer t.done()
	t.pos = pos
}

// A callee that unlocks, twice.
func (t *tape) rewind() {
	t.mu.Lock()
	t.pos = 0
	t.done()
	t.done() // want `t\.mu is unlocked at callees\.go:\d+ by \(\*tape\)\.done, but was unlocked before, at callees\.go:\d+ by \(\*tape\)\.done`
}

// A callee that unlocks, and a deferred call that does so again.
func (t *tape) eject() {
	t.mu.Lock()
	defer t.mu.Unlock() // want `t\.mu is unlocked by this deferred call, but was unlocked before, at callees\.go:\d+ by \(\*tape\)\.done`
	if t.pos > 0 {
		t.done()
		return
	}
	t.pos = -1
}

// A callee that needs the lock, called without it.
type deck struct {
	mu    sync.Mutex
	cards []int
}

// flush is called with d.mu held and releases it.
func (d *deck) flush() {
	d.cards = nil
	d.mu.Unlock()
}

func (d *deck) deal() {
	d.mu.Lock()
	d.flush()
	d.flush() // want `d\.mu is unlocked at callees\.go:\d+ by \(\*deck\)\.flush, but was unlocked before, at callees\.go:\d+ by \(\*deck\)\.flush`
}

// Silent shape 5: unlocked by the callee on failure only.
type berth struct {
	mu   sync.Mutex
	ship string
}

func (b *berth) check(name string) error {
	if b.ship != name {
		b.mu.Unlock()
		return errClosed
	}
	return nil
}

func (b *berth) leave(name string) error {
	b.mu.Lock()
	if err := b.check(name); err != nil {
		return err
	}
	b.ship = ""
	b.mu.Unlock()
	return nil
}

// Silent shape 4: what lock returns unlocks.
func (b *berth) lock() (unlock func()) {
	b.mu.Lock()
	return func() { b.mu.Unlock() }
}

func (b *berth) dock(name string) {
	defer b.lock()()
	b.ship = name
}

func (b *berth) swap(name string) string {
	unlock := b.lock()
	old := b.ship
	b.ship = name
	unlock()
	return old
}

// Silent shape 6: the callee drops the lock and takes it again.
type oven struct {
	mu   sync.Mutex
	temp int
}

func (o *oven) heat(wait func()) {
	o.mu.Unlock()
	wait()
	o.mu.Lock()
	o.temp++
}

func (o *oven) bake(wait func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.temp < 200 {
		o.heat(wait)
	}
}

// What lock returned, called twice.
func (b *berth) swapBad(name string) (old string) {
	unlock := b.lock()
	defer unlock() // want `b\.mu is unlocked by this deferred call at callees\.go:\d+ by \(\*berth\)\.lock\.func1, but was unlocked before, at callees\.go:\d+`
	old, b.ship = b.ship, name
	unlock()
	return old
}
