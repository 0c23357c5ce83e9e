package missingunlock

import "sync"

// A function that returns what it has locked with its lock leaves the unlock to who calls it.
type rates struct {
	mu     sync.Mutex
	other  sync.Mutex
	limits map[string]int
}

func (r *rates) LockLimits() (map[string]int, *sync.Mutex) {
	r.mu.Lock()
	return r.limits, &r.mu
}

func (r *rates) Locker() (map[string]int, sync.Locker) {
	r.mu.Lock()
	return r.limits, &r.mu
}

// The lock that is returned is another one.
func (r *rates) LockOther() (map[string]int, *sync.Mutex) {
	r.other.Lock() // want `r\.other is locked here and never unlocked`
	return r.limits, &r.mu
}
