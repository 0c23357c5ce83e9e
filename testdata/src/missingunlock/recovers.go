package missingunlock

import (
	"fmt"
	"net/http"
	"sync"
)

// The deferred closure unlocks after a panic only, and an ordinary return forgets.
type kiln struct {
	mu    sync.Mutex
	fired int
}

func (k *kiln) fire(load func() error) (err error) {
	k.mu.Lock()
	defer func() {
		if r := recover(); r != nil {
			k.mu.Unlock()
			err = errClosed
		}
	}()
	if err := load(); err != nil {
		return err // want `return with k\.mu still locked`
	}
	k.fired++
	k.mu.Unlock()
	return nil
}

type kennel struct {
	mu   sync.Mutex
	dogs []string
	tags map[string]int
}

// The last element has the index len-1.
func (k *kennel) last(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	fmt.Fprintln(w, k.dogs[len(k.dogs)]) // want `panic with k.mu locked since .*: after a recover it stays locked`
	k.mu.Unlock()
}

func (k *kennel) first(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	fmt.Fprintln(w, k.dogs[0], k.dogs[len(k.dogs)-1])
	k.mu.Unlock()
}

func (k *kennel) deferred(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fmt.Fprintln(w, k.dogs[len(k.dogs)])
}

// A map that nobody has made cannot be written to.
func (k *kennel) count(w http.ResponseWriter, r *http.Request) {
	var tags map[string]int
	k.mu.Lock()
	for _, d := range k.dogs {
		tags[d]++ // want `panic with k.mu locked since .*: after a recover it stays locked`
	}
	k.tags = tags
	k.mu.Unlock()
}
