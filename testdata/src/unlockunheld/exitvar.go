package unlockunheld

import (
	"os"
	"sync"
)

// OsExit ends the program; a test may put something else here, which must not return either.
var OsExit = os.Exit

var (
	quit   = func() { os.Exit(2) }
	finish = func() { println("done") }
)

type exitCaller struct{ mu sync.Mutex }

// Fine: OsExit does not return.
func (e *exitCaller) fatal(now bool) {
	e.mu.Lock()
	if now {
		e.mu.Unlock()
		OsExit(1)
	}
	e.mu.Unlock()
}

// Fine: nor does quit.
func (e *exitCaller) quits(now bool) {
	e.mu.Lock()
	if now {
		e.mu.Unlock()
		quit()
	}
	e.mu.Unlock()
}

func (e *exitCaller) finishes(now bool) {
	e.mu.Lock()
	if now {
		e.mu.Unlock()
		finish()
	}
	e.mu.Unlock() // want `e\.mu is unlocked, but was unlocked before`
}

var started = startedAt

func startedAt() {}

func (e *exitCaller) starts(now bool) {
	e.mu.Lock()
	if now {
		e.mu.Unlock()
		started()
	}
	e.mu.Unlock() // want `e\.mu is unlocked, but was unlocked before`
}
