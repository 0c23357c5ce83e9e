// Package without gives its locks to another package, which takes them or gives them back around a call.
package without

import (
	"sync"

	"doublelock/without/syncx"
)

type room struct {
	mu     sync.Mutex
	guests map[string]bool
	quiet  bool
}

func (r *room) clean() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.quiet = true
}

func (r *room) leave(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.guests, name)
	syncx.Without(&r.mu, func() { r.clean() })
}

func (r *room) close() {
	syncx.With(&r.mu, func() { r.clean() }) // want `r\.mu is locked again`
}

func (r *room) leaveFor(other *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	syncx.Without(&other.mu, func() { r.clean() }) // want `r\.mu is locked again`
}
