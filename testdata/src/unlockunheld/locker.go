package unlockunheld

import (
	"math/rand"
	"sync"
)

// A type with Lock and Unlock methods of its own.
type counted struct {
	mu sync.Mutex
	n  int
}

func (c *counted) Lock() {
	c.mu.Lock()
	c.n++
}

func (c *counted) Unlock() { c.mu.Unlock() }

type crane struct {
	lock counted
	load int
}

func (c *crane) lift(n int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.load += n
}

func (c *crane) lower(n int) {
	c.lock.Lock()
	c.load -= n
	c.lock.Unlock()
	if c.load == 0 {
		c.lock.Unlock() // want `c\.lock\.mu is unlocked at locker\.go:\d+ by \(\*counted\)\.Unlock, but was unlocked before, at locker\.go:\d+ by \(\*counted\)\.Unlock`
	}
}

func guardedWell[L sync.Locker](l L, f func() bool) {
	l.Lock()
	if f() {
		l.Unlock()
		return
	}
	l.Unlock()
}

// An interface that has more than Lock and Unlock may lock in other ways, too: which end of the
// cable is locked first depends on their numbers.
type plug interface {
	sync.Locker
	LockNested(level int)
	Number() int
}

func connect(a, b plug) {
	if a.Number() < b.Number() {
		a.Lock()
		b.LockNested(1)
	} else {
		b.Lock()
		a.LockNested(1)
	}
	a.Unlock()
	b.Unlock()
}

func connectOne(a sync.Locker) {
	if rand.Int() > 0 {
		a.Lock()
	}
	a.Unlock() // want `only some paths to here lock it`
}

// A Locker can be locked twice, if it is an RLocker: how often it is held then is not counted, and
// this is no unlock of the caller's lock.
type ferry struct{ mu sync.RWMutex }

func (f *ferry) board(car, truck bool) {
	var l sync.Locker = &f.mu
	load := func() {
		if car {
			l.Lock()
			defer l.Unlock()
		}
		if truck {
			l.Lock()
		}
		if truck {
			l.Unlock()
		}
	}
	load()
	f.mu.RUnlock()
	load()
}

// The same where the interface is in a field, in another interface, or a Locker to the callee.
type socket struct{ end plug }

func (s *socket) connect() {
	if rand.Int() > 0 {
		s.end.Lock()
	} else {
		s.end.LockNested(1)
	}
	s.end.Unlock()
}

func connectAs(p plug) {
	var l sync.Locker = p
	if rand.Int() > 0 {
		l.Lock()
	} else {
		p.LockNested(1)
	}
	l.Unlock()
}

// The Lock of the interface is that of the mutex which both types embed.
type Journal interface {
	Lock()
	Unlock()
	Put(n int)
}

type plainJournal struct {
	sync.Mutex
	limit, pending int
}

func (j *plainJournal) Unlock() {
	if j.pending >= j.limit {
		j.pending = 0
	}
	j.Mutex.Unlock()
}

type readJournal struct {
	plainJournal
	seen int
}

func (j *readJournal) Put(n int) { j.pending += n }

func (j *readJournal) Unlock() {
	j.seen += j.pending
	j.plainJournal.Unlock()
}

type Booking struct{ journal *readJournal }

func (l *Booking) Journal() Journal { return l.journal }

func (l *Booking) Flush() {
	l.journal.Lock()
	l.journal.pending = 0
	l.journal.Unlock()
}

// Nobody gets at this one.
type deadJournal struct {
	sync.Mutex
	n int
}

func (j *deadJournal) Done() {
	j.n++
	j.Mutex.Unlock()
}

type DeadShelf struct{ journal *deadJournal }

func (s *DeadShelf) Flush() { s.journal.Done() } // want `nothing has locked it`

func (s *DeadShelf) Len() int {
	s.journal.Lock()
	defer s.journal.Mutex.Unlock()
	return s.journal.n
}
