package unlockunheld

import "sync"

type till struct {
	mu  sync.Mutex
	sum int
}

func (t *till) add(n int) {
	t.mu.Lock()
	t.sum += n
	t.mu.Unlock()
}

// add got the lock and gave it back: nobody can hold it for addBad.
func (t *till) addBad(n int) {
	t.add(n)
	t.mu.Unlock() // want `t\.mu is unlocked, but was unlocked before, at freed\.go:\d+ by \(\*till\)\.add`
}

func (t *till) deferredBad(n int) {
	defer t.mu.Unlock() // want `t\.mu is unlocked by this deferred call, but was unlocked before, at freed\.go:\d+ by \(\*till\)\.add`
	t.add(n)
}

// Through a literal, and through one more function.
func (t *till) literalBad(n int) {
	add := func() { t.add(n) }
	add()
	t.mu.Unlock() // want `t\.mu is unlocked, but was unlocked before, at freed\.go:\d+ by \(\*till\)\.add`
}

// Another till's.
func (t *till) move(to *till, n int) {
	to.add(n)
	t.mu.Unlock()
}

// lend keeps the lock on one of its paths.
func (t *till) lend(n int) bool {
	t.mu.Lock()
	if t.sum < n {
		t.mu.Unlock()
		return false
	}
	return true
}

func (t *till) borrow(n int) {
	if t.lend(n) {
		t.sum -= n
		t.mu.Unlock()
	}
}

// Added, and locked after that.
func (t *till) both(n int) {
	t.add(n)
	t.mu.Lock()
	t.sum++
	t.mu.Unlock()
}
