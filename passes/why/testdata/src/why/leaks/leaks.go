// Package leaks has returns with a lock held that are no mistakes, or that lockvet cannot be sure of.
package leaks

import (
	"sync"

	"why/dep"
)

type T struct {
	mu sync.Mutex
	n  int
}

// The caller gives back what begin has taken.
func (t *T) begin(ok bool) {
	t.mu.Lock()
	if !ok {
		t.mu.Unlock()
		return
	}
	t.n++
} // why missingunlock/return caller-releases "(*T).work" @work

func (t *T) work() {
	t.begin(true)
	t.n++
	t.mu.Unlock() // @work
}

type U struct {
	mu sync.Mutex
	n  int
}

// Lock is for callers, who have an Unlock.
func (u *U) Lock() { // @lock
	u.mu.Lock() // why missingunlock/never released-for-callers "(*U).Unlock" @unlock
}

func (u *U) Unlock() { // @unlock
	u.mu.Unlock() // why unlockunheld/never returned-held "(*U).Lock" @lock
}

func (u *U) Add() {
	u.mu.Lock()
	u.n++
	u.mu.Unlock()
}

// LockIf is one of the two that others may call in turn.
func (u *U) LockIf(want int) {
	u.mu.Lock()
	if u.n == want {
		u.mu.Unlock()
		return
	}
	u.n++
} // why missingunlock/return called-in-turn "(*U).Unlock" @unlock

type V struct {
	mu sync.Mutex
	n  int
}

func (v *V) try() bool {
	if !v.mu.TryLock() { // @try
		return false
	}
	if v.n == 0 {
		v.mu.Unlock()
		return false
	}
	return true // why missingunlock/return result-tells "(*Mutex).TryLock" @try
}

func useTry(v *V) {
	if v.try() {
		v.n++
	}
}

// The function that is returned releases the lock.
func (v *V) hold() func() {
	v.mu.Lock()
	return v.mu.Unlock // why missingunlock/return handed-out
}

// Nobody knows the object when the function has returned.
func local() int {
	var w struct {
		mu sync.Mutex
		n  int
	}
	w.mu.Lock()
	return w.n // why missingunlock/return dies-with-function
}

type W struct {
	Mu sync.Mutex
	mu sync.Mutex
	n  int
}

// Take returns with the lock held.
func (w *W) Take() {
	w.Mu.Lock() // why missingunlock/never reachable "leaks.W.Mu"
	w.n++
}

func (w *W) Take2() {
	w.Mu.Lock()
	w.Mu.Unlock()
}

func (w *W) Close() {
	w.mu.Lock() // why missingunlock/never ends-life "(*W).Close"
	w.n = 0
}

func (w *W) Get() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

func global() {
	dep.Global.Lock() // why missingunlock/never other-package "dep.Global"
}

func globalAgain() {
	dep.Global.Lock()
	dep.Global.Unlock()
}

type X struct {
	mu sync.RWMutex
	n  int
}

func (x *X) only() {
	x.mu.RLock() // why missingunlock/never nobody-waits "leaks.X.mu"
	x.n++
}

type Y struct {
	mu sync.Mutex
	n  int
}

func (y *Y) lockAll() {
	y.mu.Lock() // why missingunlock/never callers-forget "(*Y).forgets" @forgets
}

func (y *Y) forgets() {
	y.lockAll() // @forgets
	y.n++
}

func (y *Y) forgets2() {
	y.mu.Lock()
	y.mu.Unlock()
}

// Nobody recovers.
func (y *Y) check() {
	y.mu.Lock()
	if y.n < 0 {
		panic("negative") // why missingunlock/panic not-recovered
	}
	y.mu.Unlock()
}

type runner struct{ mu sync.Mutex }

// The literal gives back what the function has taken.
func (y *runner) run(do func(func())) {
	y.mu.Lock()
	do(func() { y.mu.Unlock() }) // why unlockunheld/never callers-may-hold "used as a value" @run // @run
} // why missingunlock/return maybe-released "calls a function value" @run

type big struct{ mu sync.Mutex }

type many struct{ a, b, c, d, e, f, g, h sync.Mutex }

// The walk is given up: there are 256 sets of locks.
func giant(y *big, m *many, on [8]bool) int {
	y.mu.Lock()
	if on[0] {
		y.mu.Unlock()
		if on[0] {
			m.a.Lock()
		}
		if on[1] {
			m.b.Lock()
		}
		if on[2] {
			m.c.Lock()
		}
		if on[3] {
			m.d.Lock()
		}
		if on[4] {
			m.e.Lock()
		}
		if on[5] {
			m.f.Lock()
		}
		if on[6] {
			m.g.Lock()
		}
		if on[7] {
			m.h.Lock()
		}
		return 1
	}
	return 0 // why missingunlock/return gave-up "at the limit of 64 different sets"
}

// What the contract says is no mistake.
//
//lockvet:acquires y.mu // @acquires
func (y *Y) say(ok bool) {
	y.mu.Lock()
	if !ok {
		y.mu.Unlock()
		y.mu.Lock()
	}
} // why missingunlock/return contract-says "(*Y).say" @acquires
