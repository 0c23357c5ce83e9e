package missingunlock

import "sync"

type vault struct {
	mu, doors sync.Mutex
	n         int
}

// The caller unlocks the doors for open. That says nothing about mu.
func (v *vault) both(ok bool) {
	open := func() {
		v.mu.Lock()
		v.doors.Lock()
		if ok {
			return // want `return with v\.mu still locked`
		}
		v.mu.Unlock()
	}
	defer v.doors.Unlock()
	open()
}

// A deferred call of the caller unlocks what the panic leaves held.
func (v *vault) guarded(ok bool) {
	use := func() {
		v.mu.Lock()
		if !ok {
			panic("not ok")
		}
		v.n++
		v.mu.Unlock()
	}
	defer func() {
		if recover() != nil {
			v.mu.Unlock()
		}
	}()
	use()
}
