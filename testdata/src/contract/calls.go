package contract

import "sync"

func (s *store) hiddenTwice() {
	s.hidden()
	s.hidden() // want `s.mu is locked again at bodies.go:\d+ by \(\*store\).hidden, which deadlocks`
	s.mu.Unlock()
}

func (s *store) hiddenFine() {
	s.hidden()
	defer s.unlock()
	s.add()
}

func (s *store) after() {
	s.lock()
	s.add()
	s.unlock()
	s.add() // want `\(\*store\)\.add must be called with s\.mu held \(bodies\.go:\d+\), but s\.mu was unlocked at calls\.go:\d+ by \(\*store\)\.unlock`
}

// Nobody in the package calls Unlocked with the lock, and nobody else can.
func (c *counter) Unlocked() {
	c.add() // want `\(\*counter\)\.add must be called with c\.mu held \(calls\.go:\d+\), but nothing has locked c\.mu`
}

type counter struct {
	mu sync.Mutex
	n  int
}

//lockvet:holds c.mu
func (c *counter) add() { c.n++ }

// What a gate does to its lock is hidden.
type gate struct {
	mu   sync.Mutex
	hook func()
}

func (c *gate) Locked(ok bool) {
	c.locks()
	if ok {
		return // want `return with c.mu still locked since calls.go:\d+ by \(\*gate\).locks`
	}
	c.mu.Unlock()
}

//lockvet:acquires c.mu
func (c *gate) locks() { c.hook() }

// The caller may hold it.
func (s *store) inner() { s.add() }

func (s *store) Outer() {
	s.mu.Lock()
	s.inner()
	s.mu.Unlock()
}

func (s *store) Spawns() {
	s.mu.Lock()
	defer s.mu.Unlock()
	go s.add() // want `\(\*store\)\.add must be called with s\.mu held \(bodies\.go:\d+\), but the goroutine started at calls\.go:\d+ does not hold s\.mu`
}

func local() {
	var s store
	s.add() // want `\(\*store\)\.add must be called with s\.mu held \(bodies\.go:\d+\), but nothing has locked s\.mu`
}

//lockvet:excludes s.mu
func (s *store) waits() { s.hook() }

func (s *store) callsWaits() {
	s.mu.Lock()
	s.waits() // want `\(\*store\)\.waits must be called without s\.mu \(calls\.go:\d+\), but s\.mu is held since calls\.go:\d+`
	s.mu.Unlock()
	s.waits()
}

func (s *store) between() { s.waits() }

func (s *store) callsBetween() {
	s.mu.Lock()
	s.between() // want `\(\*store\)\.waits must be called without s\.mu \(calls\.go:\d+\), but s\.mu is held since calls\.go:\d+`
	s.mu.Unlock()
}

//lockvet:holds s.rw
func (s *store) writes() { s.n++ }

//lockvet:holds s.rw read
func (s *store) reads() int { return s.n }

//lockvet:excludes s.rw read
func (s *store) mayBeRead() {}

func (s *store) modes() {
	s.rw.RLock()
	s.reads()
	s.mayBeRead()
	s.writes() // want `\(\*store\)\.writes must be called with s\.rw held \(calls\.go:\d+\), but s\.rw is only read-locked, since calls\.go:\d+`
	s.rw.RUnlock()
	s.rw.Lock()
	s.reads()
	s.writes()
	s.mayBeRead() // want `\(\*store\)\.mayBeRead must be called without s\.rw held for writing \(calls\.go:\d+\), but s\.rw is held since calls\.go:\d+`
	s.exchange()
	s.rw.RUnlock()
}

func (s *store) somePaths(ok bool) {
	if ok {
		s.mu.Lock()
	}
	s.add()
	if ok {
		s.mu.Unlock()
	}
}

// One way out shows the effect, the other one runs what nobody sees: the contract counts.
type waiter interface{ Release() }

type desk struct {
	mu sync.Mutex
	n  int
}

//lockvet:releases d.mu
func (d *desk) done(w waiter) {
	if w == nil {
		d.mu.Unlock()
		return
	}
	w.Release()
}

func (d *desk) twice(w waiter) {
	d.mu.Lock()
	d.done(w)
	d.mu.Lock()
	d.n++
	d.mu.Unlock()
}

func (d *desk) either(w waiter) {
	d.mu.Lock()
	if w != nil {
		d.done(w)
		return
	}
	d.mu.Unlock()
}
