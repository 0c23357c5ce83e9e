package missingunlock

import "sync"

// A map that is always the same one does not have the same keys for ever: who adds one and asks later finds it.
type keyedLocks struct {
	sync.RWMutex
	m map[string]*sync.Mutex
}

var keyed = &keyedLocks{m: make(map[string]*sync.Mutex)}

func (l *keyedLocks) lock(key string) {
	l.Lock()
	if _, ok := l.m[key]; !ok {
		l.m[key] = &sync.Mutex{}
	}
	l.m[key].Lock()
	l.Unlock()
}

func (l *keyedLocks) unlock(key string) {
	l.RLock()
	defer l.RUnlock()
	if mu, ok := l.m[key]; ok {
		mu.Unlock()
	}
}

func withKeyed(key string, f func()) {
	keyed.lock(key)
	defer func() { keyed.unlock(key) }()
	f()
}

// Nor is it always empty.
func (l *keyedLocks) lockFirst() bool {
	l.Lock()
	defer l.Unlock()
	if len(l.m) == 0 {
		l.m["first"] = &sync.Mutex{}
	}
	l.m["first"].Lock()
	return true
}

func (l *keyedLocks) unlockFirst() {
	l.RLock()
	defer l.RUnlock()
	if len(l.m) > 0 {
		l.m["first"].Unlock()
	}
}

func withFirst(f func()) {
	keyed.lockFirst()
	defer keyed.unlockFirst()
	f()
}
