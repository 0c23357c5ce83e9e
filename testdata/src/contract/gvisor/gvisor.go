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
	o.excluded()      // want `\(\*object\).excluded is called with o.mu held`
	o.excludedWrite() // want `\(\*object\).excludedWrite is called with o.mu held`
	o.unlock()
	o.addLocked() // want `\(\*object\).addLocked is called without o.mu, which was unlocked`
	o.addLocked() // +checklocksforce: nobody else has it
	o.rlock()
	o.getLocked()
	o.addLocked() // want `\(\*object\).addLocked is called with o.mu held for reading only`
	o.excludedWrite()
	o.runlock()
	o.ignored()
	o.lock() // want `o.mu is locked again at gvisor.go:\d+ by \(\*object\).lock`
	o.unlock()
}
