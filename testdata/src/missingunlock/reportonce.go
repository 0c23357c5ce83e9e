package missingunlock

import "sync"

// A callee forgets to unlock, and is blamed; its callers are not.
type lathe struct {
	mu   sync.Mutex
	jobs int
	worn bool
}

func (l *lathe) turn(n int) bool {
	l.mu.Lock()
	if l.worn {
		return false // want `return with l\.mu still locked`
	}
	l.jobs += n
	l.mu.Unlock()
	return true
}

func (l *lathe) turnAll(ns []int) (done int) {
	for _, n := range ns {
		if l.turn(n) {
			done++
		}
	}
	return done
}

func (l *lathe) mill(n int) error {
	if !l.turn(n) {
		return errClosed
	}
	return nil
}

func (l *lathe) finish(n int) error {
	if err := l.mill(n); err != nil {
		return err
	}
	l.turn(1)
	return nil
}
