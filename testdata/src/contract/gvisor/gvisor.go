// Package gvisor has the annotations of gVisor's checklocks.
package gvisor

import "sync"

type object struct {
	mu sync.RWMutex

	// +checklocks:mu
	n int // what guards a field is not lockvet's business
}

// +checklocks:o.mu
func (o *object) addLocked() { o.n++ }

// +checklocksread:o.mu
func (o *object) getLocked() int { return o.n }

// +checklocksacquire:o.mu
func (o *object) lock() { o.mu.Lock() }

// +checklocksrelease:o.mu
func (o *object) unlock() { o.mu.Unlock() }

// +checklocksacquireread:o.mu
func (o *object) rlock() { o.mu.RLock() }

// +checklocksreleaseread:o.mu
func (o *object) runlock() { o.mu.RUnlock() }

// +checklocksexclude:o.mu
func (o *object) excluded() {}

// +checklocksexcludewrite:o.mu
func (o *object) excludedWrite() {}

// +checklocksacquire:o.mu
func (o *object) broken() {} // want `\(\*object\).broken returns here without o.mu held`

// Ignored functions are not looked at. Their callers are.
//
// +checklocksacquire:o.mu
// +checklocksignore
func (o *object) ignored() {}

// +checklocks:o.lock // want `there is no lock o.lock`
func (o *object) malformed() {}

func (o *object) use() {
	o.lock()
	o.addLocked()
	o.getLocked()
	o.excluded()      // want `\(\*object\)\.excluded must be called without o\.mu \(gvisor\.go:\d+\), but o\.mu is held since gvisor\.go:\d+ by \(\*object\)\.lock`
	o.excludedWrite() // want `\(\*object\)\.excludedWrite must be called without o\.mu held for writing \(gvisor\.go:\d+\), but o\.mu is held since gvisor\.go:\d+ by \(\*object\)\.lock`
	o.unlock()
	o.addLocked() // want `\(\*object\)\.addLocked must be called with o\.mu held \(gvisor\.go:\d+\), but o\.mu was unlocked at gvisor\.go:\d+ by \(\*object\)\.unlock`
	o.addLocked() // +checklocksforce: nobody else has it
	o.rlock()
	o.getLocked()
	o.addLocked() // want `\(\*object\)\.addLocked must be called with o\.mu held \(gvisor\.go:\d+\), but o\.mu is only read-locked, since gvisor\.go:\d+ by \(\*object\)\.rlock`
	o.excludedWrite()
	o.runlock()
	o.ignored()
	o.lock() // want `o.mu is locked again at gvisor.go:\d+ by \(\*object\).lock`
	o.unlock()
}

// A part refers to the object that it is in.
type part struct{ obj *object }

type owner struct {
	object
	p part
}

// +checklocks:p.obj.mu
func (p *part) addLocked() { p.obj.n++ }

// +checklocks:w.mu
// +checklocksalias:w.p.obj.mu=w.object.mu
func (w *owner) addLocked() { w.p.addLocked() }

func (w *owner) use() {
	w.mu.Lock()
	w.addLocked()
	w.mu.Unlock()
	w.addLocked() // want `\(\*owner\)\.addLocked must be called with w\.mu held \(gvisor\.go:\d+\), but w\.mu was unlocked at gvisor\.go:\d+`
}

// A pair says once for all of its methods which lock is which.
//
// +checklocksalias:p.obj.mu=mu
type pair struct {
	mu *sync.RWMutex
	p  part
}

func (w *pair) use() {
	w.mu.Lock()
	w.p.addLocked()
	w.mu.Unlock()
	w.p.addLocked() // want `\(\*part\)\.addLocked must be called with p\.obj\.mu held \(gvisor\.go:\d+\), but w\.mu was unlocked at gvisor\.go:\d+`
}

// +checklocksalias:p.mu=mu // want `there is no lock p.mu: part has no field mu`
type wrong struct {
	mu sync.Mutex
	p  part
}
