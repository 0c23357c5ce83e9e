package unlockunheld

import "sync"

// What a comment or a name says of callers that nobody sees is believed.
type routes struct {
	lock  sync.RWMutex
	names map[string]string
}

func newRoutes() *routes { return &routes{names: make(map[string]string)} }

func (r *routes) Add(name, to string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.names[name] = to
}

// AddWithin adds a route where the read lock is currently held.
func (r *routes) AddWithin(name, to string) {
	r.lock.RUnlock()
	defer r.lock.RLock()
	r.Add(name, to)
}

func (r *routes) AddLocked(name, to string) {
	r.lock.RUnlock()
	defer r.lock.RLock()
	r.Add(name, to)
}

// AddAgain adds a route.
func (r *routes) AddAgain(name, to string) {
	r.lock.RUnlock() // want `r\.lock is unlocked, but nothing has locked it`
	defer r.lock.RLock()
	r.Add(name, to)
}
