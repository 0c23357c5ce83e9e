package silent

import (
	"sync"
	"time"
)

// Shape 9: TryLock, select with default, conditional defer, defer in a closure,
// defers after a recover.

type janitor struct {
	mu  sync.RWMutex
	bin []string
}

func (j *janitor) sweep(wait time.Duration) bool {
	deadline := time.Now().Add(wait)
	for !j.mu.TryLock() {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(time.Millisecond)
	}
	defer j.mu.Unlock()
	j.bin = nil
	return true
}

func (j *janitor) force() {
	if locked := j.mu.TryLock(); !locked {
		j.mu.Lock()
	}
	defer j.mu.Unlock()
	j.bin = nil
}

func (j *janitor) either() (n int) {
	switch {
	case j.mu.TryLock():
		defer j.mu.Unlock()
	case j.mu.TryRLock():
		defer j.mu.RUnlock()
	default:
		return -1
	}
	return len(j.bin)
}

func (j *janitor) both(o *janitor) bool {
	if !j.mu.TryLock() {
		return false
	}
	if !o.mu.TryLock() {
		j.mu.Unlock()
		return false
	}
	o.mu.Unlock()
	j.mu.Unlock()
	return true
}

func (j *janitor) offer(c chan<- string) {
	j.mu.Lock()
	for len(j.bin) > 0 {
		select {
		case c <- j.bin[0]:
			j.bin = j.bin[1:]
			continue
		default:
		}
		break
	}
	j.mu.Unlock()
}

func (j *janitor) guarded(f func()) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer func() {
		if recover() != nil {
			err = errGone
		}
	}()
	f()
	return nil
}

func (j *janitor) nested(f func()) {
	func() {
		j.mu.Lock()
		defer func() {
			defer j.mu.Unlock()
			j.bin = nil
		}()
		f()
	}()
	j.mu.RLock()
	defer j.mu.RUnlock()
}
