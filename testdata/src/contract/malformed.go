package contract

import "sync"

type bad struct {
	mu  sync.Mutex
	rw  sync.RWMutex
	n   int
	sub *bad
}

//lockvet:acquires b.mutex // want `there is no lock b.mutex: \*bad has no field mutex`
func (b *bad) unknownField() {}

//lockvet:acquires c.mu // want `there is no c here: a lock is named by b, n, package-level variables`
func (b *bad) unknownName(n int) {}

//lockvet:holds b.n // want `b.n is no lock: a int has no method Lock`
func (b *bad) noLock() {}

//lockvet:holds b.mu read // want `b.mu is a sync.Mutex, which cannot be locked for reading`
func (b *bad) noReader() {}

//lockvet:holds // want `this contract does nothing: write //lockvet:VERB LOCK or //lockvet:VERB LOCK read; VERB is acquires, releases, holds or excludes`
func (b *bad) nothing() {}

//lockvet:holds b.mu write // want `this contract does nothing: write //lockvet:VERB LOCK or //lockvet:VERB LOCK read; VERB is acquires, releases, holds or excludes`
func (b *bad) noSuchMode() {}

//lockvet:holds b.mu
//lockvet:excludes b.mu // want `another line says that it is called with b.mu held`
func (b *bad) contradiction() {}

//lockvet:holds b.mu
//lockvet:holds b.mu // want `another line says that it is called with b.mu held`
func (b *bad) repeated() {}

// lockvet:holds b.mu // want `no space may stand between // and lockvet`
func (b *bad) space() {}

//lockvet:holds b.mu // want `b.mu is a copy of a lock`
func copied(b bad) {}

//lockvet:releases b.mu // want `b.mu is in a result, which callers have afterwards only`
func result() (b *bad) { return nil }

//lockvet:holds b.mu // want `this contract does nothing: only functions, interface methods, and variables, fields and types of functions have one`
type notAFunction int

func statement(b *bad) {
	//lockvet:holds b.mu // want `this contract does nothing: only functions, interface methods, and variables, fields and types of functions have one`
	b.n++
}

//lockvet:holds b.rw read
//lockvet:excludes b.sub.mu
func (b *bad) fine() {}

type orders struct {
	mu sync.Mutex
	n  int //lockvet:leaf // want `this contract does nothing: n is no lock: a int has no method Lock`
}

//lockvet:before mu nothing // want `this contract does nothing: there is no lock nothing: write field, Type\.field or variable, after the path of its package if imported`
type orders2 struct{ mu sync.Mutex }

//lockvet:before mu // want `this contract does nothing: //lockvet:before lists two or more locks in the order they are taken; above a lock, one or more`
type orders3 struct{ mu sync.Mutex }

//lockvet:leaf orders2 // want `this contract does nothing: orders2 is no lock: a orders2 has no method Lock`
type orders4 struct{ mu sync.Mutex }

func body() {
	//lockvet:leaf mu // want `this contract does nothing: only packages, types, and fields and variables that are locks have an order`
}

// lockvet:leaf mu // want `this contract does nothing: no space may stand between // and lockvet`
type orders5 struct{ mu sync.Mutex }
