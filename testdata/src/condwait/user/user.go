package user

import (
	"sync"

	"condwait/lib"
)

// Fine.
func right(l *lib.Line) {
	l.Lock()
	defer l.Unlock()
	l.WaitMoved()
}

func released(l *lib.Line) {
	l.Lock()
	l.Unlock()
	l.WaitMoved() // want `Wait at lib\.go:\d+ by \(\*Line\)\.WaitMoved unlocks l, which was unlocked before, at user\.go:\d+`
}

func started(l *lib.Line) {
	go l.WaitMoved() // want `Wait unlocks l, which the goroutine started at user\.go:\d+ does not hold`
}

type door struct {
	mu     sync.Mutex
	opened *sync.Cond
	open   bool
}

func newDoor() *door {
	d := &door{}
	d.opened = sync.NewCond(&d.mu)
	return d
}

func (d *door) Pass() {
	d.mu.Lock()
	defer d.mu.Unlock()
	lib.Await(d.opened, func() bool { return d.open })
}

func (d *door) PassUnlocked() {
	lib.Await(d.opened, func() bool { return d.open }) // want `Wait at lib\.go:\d+ by Await unlocks d\.mu, which is not locked`
}

func (d *door) Open() {
	d.mu.Lock()
	d.open = true
	d.mu.Unlock()
	d.opened.Broadcast()
}
