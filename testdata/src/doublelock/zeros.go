package doublelock

import "sync"

// What the fields of a struct without values hold is known.
type ident struct {
	name string
	n    int
	set  bool
}

func (i ident) isZero() bool { return i.name == "" }

type base struct {
	mu   sync.RWMutex
	mode int
	id   ident
}

func (b *base) setMode(m int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mode = m
	if m > 3 {
		return b.init(ident{name: "three"}) // want `b.mu is read-locked at zeros.go:\d+ by \(\*base\).ensure, which deadlocks`
	}
	return b.init(ident{})
}

func (b *base) init(i ident) error {
	if b.mode < 0 {
		return nil
	}
	b.ensure(i)
	return nil
}

func (b *base) ensure(i ident) {
	if i.isZero() || !i.set && i.n != 0 {
		return
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	println(b.id.name, i.name)
}

// A callee that locks, and then stores what makes the next call do nothing.
var (
	screenMu sync.Mutex
	screen   *ident
)

func hide() (hidden bool) {
	if hidden = screen != nil; hidden {
		screenMu.Lock()
		screen = nil
	}
	return hidden
}

func show(hidden bool) {
	if hidden {
		screen = new(ident)
		screenMu.Unlock()
	}
}

func notice(m string) {
	hidden := hide()
	println(m)
	show(hidden)
}

func suspend(m string) {
	hidden := hide()
	if m != "" {
		notice(m)
	}
	show(hidden)
}

func suspendShown() {
	hidden := hide()
	if hidden {
		screen = new(ident)
		notice("again") // want `screenMu is locked again at zeros.go:\d+ by hide, which deadlocks`
	}
	show(hidden)
}
