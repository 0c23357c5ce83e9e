package unlockunheld

import "sync"

// An unlock of what no caller can hold.

type Stock struct {
	mu sync.Mutex
	n  map[string]int
}

func (s *Stock) Add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n[k]++
}

func (s *Stock) Remove(k string) {
	delete(s.n, k)
	s.mu.Unlock() // want `s\.mu is unlocked, but nothing has locked it: no caller can hold it`
}

func (s *Stock) Clear(safe bool) {
	if safe {
		s.mu.Lock()
	}
	clear(s.n)
	s.mu.Unlock() // want `s\.mu is unlocked, but locked \(at never\.go:25\) on some paths only`
}

// Through a callee that is right for another caller.
func (s *Stock) finish() { s.n["finished"]++; s.mu.Unlock() }

func (s *Stock) Sell(k string) {
	s.mu.Lock()
	s.n[k]--
	s.finish()
}

func (s *Stock) Steal(k string) {
	s.n[k]--
	s.finish() // want `s\.mu is unlocked at never\.go:\d+ by \(\*Stock\)\.finish, but nothing has locked it`
}

// The other one of two locks.
type Pair struct {
	a, b sync.Mutex
	n    int
}

func (p *Pair) Both() {
	p.a.Lock()
	defer p.a.Unlock()
	p.b.Lock()
	defer p.b.Unlock()
	p.n++
}

func (p *Pair) Mixed() {
	p.a.Lock()
	defer p.b.Unlock() // want `p\.b is unlocked, but nothing has locked it`
	p.n++
}

type Single struct {
	mu sync.Mutex
	n  int
}

func Copy(to, from *Single) {
	to.mu.Lock()
	defer from.mu.Unlock() // want `from\.mu is unlocked, but nothing has locked it`
	to.n = from.n
}

func (s *Single) Inc() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}

// In a goroutine, of a local variable that nobody locks.
func count(xs []int) (n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, x := range xs {
		wg.Go(func() {
			defer mu.Unlock() // want `mu is unlocked, but nothing has locked it`
			n += x
		})
	}
	wg.Wait()
	return n
}

// After a TryLock that has failed, or whose answer nobody looks at.
func (s *Stock) Try(k string) {
	if !s.mu.TryLock() {
		s.mu.Unlock() // want `the TryLock at never\.go:\d+ may have failed`
		return
	}
	s.n[k]++
	s.mu.Unlock()
}

func (s *Stock) Blind(k string) {
	s.mu.TryLock()
	s.n[k]++
	s.mu.Unlock() // want `the TryLock at never\.go:\d+ may have failed`
}

// Fine: End releases what Begin has locked, through what it has returned.
type Sale struct{ s *Ledger }

type Ledger struct {
	mu sync.Mutex
	n  int
}

func (l *Ledger) Begin() *Sale { l.mu.Lock(); return &Sale{l} }
func (s *Sale) End()           { s.s.mu.Unlock() }

// But nobody has locked it for this one.
func (l *Ledger) Abort() {
	l.n = 0
	l.mu.Unlock() // want `l\.mu is unlocked, but nothing has locked it`
}

// Fine: the goroutine gets the lock.
func (l *Ledger) Later(f func()) {
	l.mu.Lock()
	go func() {
		defer l.mu.Unlock()
		f()
	}()
}

// A ledger's helpers are called by its methods alone.
type ledger struct {
	mu      sync.Mutex
	entries map[string]int
}

type accounts interface{ Post(id string) bool }

func openAccounts(use func(accounts)) { use(&ledger{entries: make(map[string]int)}) }

// Post has unlocked l.mu when it calls l.revoke.
func (l *ledger) Post(id string) bool {
	l.mu.Lock()
	n, ok := l.entries[id]
	l.mu.Unlock()
	if !ok {
		return false
	}
	return n > 0 || l.revoke(id) // want `l.mu is unlocked at never\.go:\d+ by \(\*ledger\)\.revoke, but was unlocked before`
}

func (l *ledger) revoke(id string) bool {
	n := l.entries[id]
	l.mu.Unlock() // want `l.mu is unlocked, but nothing has locked it: no caller can hold it`
	return n < 0
}

// Close holds l.mu around l.settle, which reaches settled: that one may run with it held.
func (l *ledger) Close() {
	l.mu.Lock()
	l.settle()
}

func (l *ledger) settle() { l.settled() }

func (l *ledger) settled() {
	clear(l.entries)
	l.mu.Unlock()
}
