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

// The callee does not get the lock, as its caller holds it.
type ticket struct {
	mu, stats sync.Mutex
	n         int
}

func (t *ticket) count() {
	if t.mu.TryLock() {
		t.stats.Lock()
		t.n++
		t.stats.Unlock()
		t.mu.Unlock()
	}
}

func (t *ticket) sell() {
	t.mu.Lock()
	t.stats.Lock()
	t.count()
	t.stats.Unlock()
	t.mu.Unlock()
}

// Conditions of a callee that its arguments make contradict each other.
func (t *ticket) refund(card, cash bool) {
	if card {
		if cash {
			t.mu.Lock()
			t.mu.Unlock()
		}
	}
}

func (t *ticket) refundOne(card bool) {
	t.mu.Lock()
	t.refund(card, !card)
	t.mu.Unlock()
}

// A loop over a function that ends in one way or another.
func (t *ticket) find(all func(func(int) bool), want int) int {
	for n := range all {
		t.mu.Lock()
		if n == want {
			t.mu.Unlock()
			return n
		}
		if n < 0 {
			goto none
		}
		t.mu.Unlock()
	}
	t.mu.Lock()
none:
	t.n = 0
	t.mu.Unlock()
	return 0
}
