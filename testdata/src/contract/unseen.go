package contract

import "sync"

// A session is a lock with words of its own.
type session interface {
	// Begin starts to use the session.
	//
	//lockvet:acquires recv
	Begin() error
	//lockvet:releases recv
	End()
	Write(text string) //lockvet:holds recv
}

func useSession(s session) {
	s.Begin()
	s.Write("a")
	s.End()
	s.Write("b") // want `session\.Write must be called with recv held \(unseen\.go:\d+\), but s was unlocked at unseen\.go:\d+ by session\.End`
}

func sessionTwice(s session) {
	s.Begin()
	s.Begin() // want `s is locked again at unseen.go:\d+ by session.Begin, which deadlocks`
	s.End()
}

// A guarded value has functions for what it does.
type guarded struct {
	mu sync.Mutex
	//lockvet:acquires mu
	enter func()
	leave func() //lockvet:releases mu
	//lockvet:holds g.mu
	put func(g *guarded, n int)
}

func (g *guarded) use() {
	g.enter()
	g.put(g, 1)
	g.leave()
	g.put(g, 2) // want `put must be called with g\.mu held \(unseen\.go:\d+\), but g\.mu was unlocked at unseen\.go:\d+ by leave`
}

func (g *guarded) deadlock() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.enter() // want `g.mu is locked again at unseen.go:\d+ by enter, which deadlocks`
	g.leave()
}

// A visitor is called with the list locked.
//
//lockvet:holds l.mu
type visitor func(l *list)

type list struct{ mu sync.Mutex }

func (l *list) visit(v visitor) {
	l.mu.Lock()
	v(l)
	l.mu.Unlock()
	v(l) // want `visitor must be called with l\.mu held \(unseen\.go:\d+\), but l\.mu was unlocked at unseen\.go:\d+`
}

var tableMu sync.Mutex

//lockvet:acquires tableMu
var lockTable = func() { tableMu.Lock() }

//lockvet:releases tableMu
var unlockTable func()

func useTable() {
	lockTable()
	tableMu.Lock() // want `tableMu is locked again, which deadlocks: it is held since unseen.go:\d+ by lockTable`
	unlockTable()
}

// A spin lock is a lock, but not one that lockvet knows.
type spinLock struct{ state uint32 }

//lockvet:acquires l
func (l *spinLock) Lock() {
	for l.state != 0 {
	}
	l.state = 1
}

//lockvet:releases l
func (l *spinLock) Unlock() { l.state = 0 }

type spun struct {
	l spinLock
	n int
}

func (s *spun) twice() {
	s.l.Lock()
	s.l.Lock() // want `s.l is locked again at unseen.go:\d+ by \(\*spinLock\).Lock`
	s.l.Unlock()
}

//lockvet:holds s.l
func (s *spun) add() { s.n++ }

func (s *spun) use() {
	s.l.Lock()
	s.add()
	s.l.Unlock()
	s.add() // want `\(\*spun\)\.add must be called with s\.l held \(unseen\.go:\d+\), but s\.l was unlocked at unseen\.go:\d+ by \(\*spinLock\)\.Unlock`
}

// A latch wraps a lock. The contract names the latch, and means that lock.
type latch struct{ mu sync.Mutex }

func (l *latch) Lock()   { l.mu.Lock() }
func (l *latch) Unlock() { l.mu.Unlock() }

type latched struct{ l latch }

//lockvet:holds s.l
func (s *latched) add() {}

func (s *latched) use() {
	s.l.Lock()
	s.add()
	s.l.Unlock()
	s.add() // want `\(\*latched\)\.add must be called with s\.l held \(unseen\.go:\d+\), but s\.l\.mu was unlocked at unseen\.go:\d+ by \(\*latch\)\.Unlock`
}

// Embedded locks are named by what they are embedded in.
type embedded struct{ sync.RWMutex }

//lockvet:holds e read
func (e *embedded) get() {}

func (e *embedded) use() {
	e.RLock()
	e.get()
	e.RUnlock()
	e.get() // want `\(\*embedded\)\.get must be called with e held, at least for reading \(unseen\.go:\d+\), but e was unlocked at unseen\.go:\d+`
}

//lockvet:acquires p.mu
func newList() (p *list) {
	p = new(list)
	p.mu.Lock()
	return p
}

func useNewList() {
	p := newList()
	p.mu.Lock() // want `p.mu is locked again, which deadlocks: it is held since unseen.go:\d+ by newList`
	p.mu.Unlock()
}
