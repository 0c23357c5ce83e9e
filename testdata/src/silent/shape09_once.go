package silent

import "sync"

// Shape 9: a sync.Once sees to it that only one of two unlocks happens.
func (j *earlyJanitor) unlockEarly(f func(), early bool) {
	j.mu.Lock()
	var once sync.Once
	unlock := func() { once.Do(j.mu.Unlock) }
	defer unlock()
	if early {
		unlock()
	}
	f()
}

type earlyJanitor struct {
	mu  sync.RWMutex
	bin []string
}
