package silent

import (
	"fmt"
	"sync"
)

// Shape 9: a deferred closure unlocks if there was a panic; the ordinary way out
// has its own unlock.

type reactor struct {
	mu    sync.Mutex
	rods  []func() (int, error)
	power int
	trips int
}

func (r *reactor) cycle() (power int, err error) {
	r.mu.Lock()
	defer func() {
		if p := recover(); p != nil {
			r.trips++
			r.mu.Unlock()
			err = fmt.Errorf("tripped: %v", p)
		}
	}()
	for _, rod := range r.rods {
		n, err := rod()
		if err != nil {
			r.mu.Unlock()
			return 0, err
		}
		power += n
	}
	r.power = power
	r.mu.Unlock()
	return power, nil
}

// And goes on panicking.
func (r *reactor) each(f func(int)) {
	r.mu.Lock()
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		r.mu.Unlock()
		panic(p)
	}()
	for i := range r.rods {
		f(i)
	}
	r.mu.Unlock()
}
