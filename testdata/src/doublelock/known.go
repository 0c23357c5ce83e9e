package doublelock

import "sync"

type warren struct {
	mu, nu sync.Mutex
	rw     sync.RWMutex
	goods  []string
}

// A literal in a literal runs under the conditions of both functions around it.
func (d *warren) nested(fast bool) {
	if !fast {
		func() {
			d.rw.RLock()
			func() {
				if fast {
					d.rw.Lock()
				}
			}()
			d.rw.RUnlock()
		}()
	}
}

func (d *warren) nestedInOne(fast bool) {
	if !fast {
		func() {
			func() {
				if fast {
					d.mu.Lock()
				}
				d.mu.Lock()
				d.mu.Unlock()
				if fast {
					d.mu.Unlock()
				}
			}()
		}()
	}
}

func (d *warren) nestedWrong(fast bool) {
	if fast {
		func() {
			d.rw.RLock()
			func() { // want `d\.rw is locked for writing at known\.go:\d+ by .*, which deadlocks`
				if fast {
					d.rw.Lock()
				}
			}()
			d.rw.RUnlock()
		}()
	}
}

// Nobody knows when a literal runs that is handed out.
func (d *warren) handedOut(fast bool, keep func(func())) {
	if !fast {
		keep(func() {
			func() {
				if fast {
					d.mu.Lock()
				}
				d.mu.Lock() // want `d\.mu is locked again`
				d.mu.Unlock()
				if fast {
					d.mu.Unlock()
				}
			}()
		})
	}
}

// A result that is a condition on what the caller passes.
func open(shut, strict bool) bool {
	if strict {
		println("strict")
	}
	return !shut
}

func (d *warren) asked(shut bool) {
	if shut {
		d.mu.Lock()
	}
	if open(shut, true) {
		d.mu.Lock()
		d.mu.Unlock()
	}
	if shut {
		d.mu.Unlock()
	}
}

func (d *warren) askedWrong(shut bool) {
	if shut {
		d.mu.Lock()
	}
	if open(!shut, true) {
		d.mu.Lock() // want `d\.mu is locked again`
		d.mu.Unlock()
	}
	if shut {
		d.mu.Unlock()
	}
}

// A result that is a condition on more than one thing that the caller passes.
func (d *warren) isReady(shut, strict bool) bool {
	d.nu.Lock()
	d.goods = nil
	d.nu.Unlock()
	if strict {
		return false
	}
	return !shut && !strict
}

func (d *warren) ready(shut bool) {
	if shut {
		d.mu.Lock()
	}
	if d.isReady(shut, false) {
		d.mu.Lock()
		d.mu.Unlock()
	}
	if d.isReady(false, shut) {
		d.mu.Lock()
		d.mu.Unlock()
	}
	if shut {
		d.mu.Unlock()
	}
}

func (d *warren) readyWrong(shut, strict bool) {
	if shut {
		d.mu.Lock()
	}
	if d.isReady(!shut, strict) {
		d.mu.Lock() // want `d\.mu is locked again`
		d.mu.Unlock()
	}
	if shut {
		d.mu.Unlock()
	}
}

// A variable that was set before any literal captured it, more than once.
func (d *warren) setTwice(fast bool) {
	mu := &d.nu
	if fast {
		println("fast")
	}
	mu = &d.mu
	add := func() {
		d.mu.Lock()
		mu.Lock() // want `d\.mu is locked again`
		mu.Unlock()
		d.mu.Unlock()
	}
	add()
}

// One that is set again on the next turn of the loop, when the literal exists already.
func (d *warren) setLater(all []*warren, later func(func())) {
	mu := &d.mu
	for _, o := range all {
		mu = &o.mu
		later(func() {
			d.mu.Lock()
			mu.Lock()
			mu.Unlock()
			d.mu.Unlock()
		})
	}
}

func (d *warren) take() {
	d.mu.Lock()
}

// A callee that never returns, as the lock is held: nothing after it happens.
func (d *warren) hangs() {
	d.mu.Lock()
	d.take() // want `d\.mu is locked again at known\.go:\d+ by \(\*warren\)\.take`
	d.nu.Lock()
	d.nu.Lock()
}

// A body's own locks are not handed around, although the iterator gets the body.
func (d *warren) body(goods func(func(string) bool), fast bool) {
	for range goods {
		if fast {
			d.mu.Lock()
		}
		d.take() // want `d\.mu is locked again at known\.go:\d+ by \(\*warren\)\.take`
		d.mu.Unlock()
	}
}
