package condwait

import "sync"

// The read half.
type snapshot struct {
	mu      sync.RWMutex
	changed *sync.Cond
	rev     int
}

func newSnapshot() *snapshot {
	s := &snapshot{}
	s.changed = sync.NewCond(s.mu.RLocker())
	return s
}

func (s *snapshot) Await(rev int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for s.rev < rev {
		s.changed.Wait()
	}
}

func (s *snapshot) AwaitAlone(rev int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.rev < rev {
		s.changed.Wait() // want `Wait calls s\.mu\.RUnlock, but it is held for writing since locker\.go:\d+`
	}
}

func (s *snapshot) Advance() {
	s.mu.Lock()
	s.rev++
	s.mu.Unlock()
	s.changed.Broadcast()
}

// The write half.
type table struct {
	mu      sync.RWMutex
	changed *sync.Cond
	rows    int
}

func newTable() *table {
	t := new(table)
	t.changed = sync.NewCond(&t.mu)
	return t
}

func (t *table) Await() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for t.rows == 0 {
		t.changed.Wait() // want `Wait calls t\.mu\.Unlock, but it is held for reading since locker\.go:\d+`
	}
	return t.rows
}

func (t *table) Add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows++
	t.changed.Broadcast()
}

// The struct itself is the Locker.
type slot struct {
	sync.Mutex
	ready *sync.Cond
	val   any
}

func newSlot() *slot {
	s := &slot{}
	s.ready = sync.NewCond(s)
	return s
}

func (s *slot) get() any {
	s.Lock()
	for s.val == nil {
		s.ready.Wait()
	}
	s.Unlock()
	for s.val == 1 {
		s.ready.Wait() // want `Wait unlocks s, which was unlocked before, at locker\.go:\d+`
	}
	return s.val
}

func (s *slot) set(v any) {
	s.Lock()
	defer s.Unlock()
	s.val = v
	s.ready.Broadcast()
}

// A Cond with a lock of its own.
type latch struct {
	cond *sync.Cond
	open bool
}

func newLatch() *latch {
	return &latch{cond: sync.NewCond(&sync.Mutex{})}
}

func (l *latch) Wait() {
	l.cond.L.Lock()
	for !l.open {
		l.cond.Wait()
	}
	l.cond.L.Unlock()
}

func (l *latch) WaitAgain() {
	for !l.open {
		l.cond.Wait() // want `Wait unlocks l\.cond\.L, which is not locked`
	}
}

func (l *latch) Open() {
	l.cond.L.Lock()
	l.open = true
	l.cond.L.Unlock()
	l.cond.Broadcast()
}

// A lock type with methods of its own, which may do anything.
type spin struct{ sync.Mutex }

func (s *spin) Lock() {
	for !s.TryLock() {
	}
}

type spinner struct {
	lock spin
	cond *sync.Cond
	n    int
}

func newSpinner() *spinner {
	s := &spinner{}
	s.cond = sync.NewCond(&s.lock)
	return s
}

func (s *spinner) Await() {
	s.lock.Lock()
	defer s.lock.Unlock()
	for s.n == 0 {
		s.cond.Wait()
	}
}

func (s *spinner) Spin() {
	s.lock.Lock()
	s.n++
	s.lock.Unlock()
	s.cond.Broadcast()
}

// A Cond in a nested struct, and its lock further out.
type store struct {
	mu struct {
		sync.Mutex
		compact struct {
			cond sync.Cond
			busy bool
		}
	}
}

func newStore() *store {
	s := &store{}
	s.mu.compact.cond.L = &s.mu.Mutex
	return s
}

func (s *store) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.mu.compact.busy {
		s.mu.compact.cond.Wait()
	}
}

func (s *store) CloseFast() {
	for s.mu.compact.busy {
		s.mu.compact.cond.Wait() // want `Wait unlocks s\.mu, which is not locked`
	}
}

func (s *store) Done() {
	s.mu.Lock()
	s.mu.compact.busy = false
	s.mu.compact.cond.Broadcast()
	s.mu.Unlock()
}

// Package-level variables.
var (
	started   bool
	startMu   sync.Mutex
	startCond = sync.NewCond(&startMu)
)

func Start() {
	startMu.Lock()
	started = true
	startMu.Unlock()
	startCond.Broadcast()
}

func AwaitStart() {
	startMu.Lock()
	defer startMu.Unlock()
	for !started {
		startCond.Wait()
	}
}

func AwaitStartUnlocked() {
	for !started {
		startCond.Wait() // want `Wait unlocks startMu, which is not locked`
	}
}
