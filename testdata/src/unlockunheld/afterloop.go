package unlockunheld

import "sync"

// A loop that is left only after the Unlock.
type users struct {
	mu      sync.Mutex
	users   map[string]int
	pending map[string]chan struct{}
}

func (u *users) populate(id string) {
	for {
		u.mu.Lock()
		if wait, ok := u.pending[id]; ok {
			u.mu.Unlock()
			<-wait
		} else {
			u.pending[id] = make(chan struct{})
			u.mu.Unlock()
			break
		}
	}
	u.mu.Unlock() // want `u.mu is unlocked, but was unlocked before, at afterloop.go:\d+`
}
