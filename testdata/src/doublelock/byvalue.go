package doublelock

import "sync"

// An autoUnlock gives a lock back once, however often it is asked to.
type autoUnlock struct{ locker sync.Locker }

func autoLock(l sync.Locker) autoUnlock {
	l.Lock()
	return autoUnlock{locker: l}
}

func (l *autoUnlock) Unlock() {
	if l.locker != nil {
		l.locker.Unlock()
		l.locker = nil
	}
}

type autoPool struct {
	mu    sync.Mutex
	items []int
	run   bool
}

func (p *autoPool) term() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run = false
}

// Fine: the lock is given back before term, and not again at the end.
func (p *autoPool) take() []int {
	l := autoLock(&p.mu)
	defer l.Unlock()
	if len(p.items) == 0 {
		return nil
	}
	items := p.items
	p.items = nil
	l.Unlock()
	p.term()
	return items
}

func (p *autoPool) takeTwice() []int {
	l := autoLock(&p.mu)
	defer l.Unlock()
	if len(p.items) == 0 {
		return nil
	}
	p.term() // want `p\.mu is locked again at .* by \(\*autoPool\)\.term`
	return p.items
}

// An autoState remembers in which mode its lock is held.
type autoState struct {
	lock  *sync.RWMutex
	state int
}

func autoRLock(l *sync.RWMutex) autoState {
	l.RLock()
	return autoState{lock: l, state: 1}
}

func (l *autoState) upgrade() {
	switch l.state {
	case 0:
		l.lock.Lock()
		l.state = 2
	case 1:
		l.lock.RUnlock()
		l.lock.Lock()
		l.state = 2
	}
}

func (l *autoState) Unlock() {
	switch l.state {
	case 1:
		l.state = 0
		l.lock.RUnlock()
	case 2:
		l.state = 0
		l.lock.Unlock()
	}
}

type autoTree struct {
	mu sync.RWMutex
	n  int
}

func autoNext(t *autoTree) int { return t.n + 1 }

// Fine: the state says that the lock is read-locked, whatever is called in between.
func (t *autoTree) get() int {
	lock := autoRLock(&t.mu)
	defer lock.Unlock()
	n := autoNext(t)
	if t.n != n {
		lock.upgrade()
		t.n = n
	}
	return t.n
}

func (t *autoTree) getForgotten() int {
	lock := autoRLock(&t.mu)
	defer lock.Unlock()
	n := autoNext(t)
	lock.state = 0
	if t.n != n {
		lock.upgrade() // want `t\.mu is locked for writing at .* by \(\*autoState\)\.upgrade`
		t.n = n
	}
	return t.n
}
