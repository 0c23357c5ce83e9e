package missingunlock

import "sync"

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
