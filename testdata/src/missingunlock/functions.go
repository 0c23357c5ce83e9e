package missingunlock

import (
	"errors"
	"sync"
)

// Functions and objects that come with a lock.

type shelf struct {
	mu    sync.Mutex
	books int
}

func (s *shelf) lock() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *shelf) lockCounting() func() {
	s.mu.Lock()
	return func() {
		s.books++
		s.mu.Unlock()
	}
}

func (s *shelf) good() {
	defer s.lock()()
	s.books++
}

func (s *shelf) goodCounting() {
	defer s.lockCounting()()
	s.books++
}

func (s *shelf) passesOn() func() { return s.lock() }

func (s *shelf) early() int {
	unlock := s.lock()
	if s.books > 3 {
		return 0 // want `return with s\.mu still locked since functions\.go:\d+ by \(\*shelf\)\.lock`
	}
	s.books++
	unlock()
	return s.books
}

func (s *shelf) earlyCounting() int {
	unlock := s.lockCounting()
	if s.books > 3 {
		return 0 // want `return with s\.mu still locked since functions\.go:\d+ by \(\*shelf\)\.lockCounting`
	}
	unlock()
	return s.books
}

func (s *shelf) dropped() {
	s.lock() // want `s\.mu is locked by this call \(at functions\.go:\d+ by \(\*shelf\)\.lock\) and never unlocked`
	s.books++
}

// A handle keeps its lock when a method of it is called that releases nothing.
type tally struct {
	sync.Mutex
	rows map[int]bool
}

type tallyRow struct{ l *tally }

func (e *tallyRow) remove(id int) { delete(e.l.rows, id) }
func (e *tallyRow) end()          { e.l.Unlock() }

func (l *tally) begin() *tallyRow {
	l.Lock()
	return &tallyRow{l}
}

var errNegative = errors.New("negative")

func (l *tally) drop(id int) error {
	e := l.begin()
	e.remove(id)
	if id < 0 {
		return errNegative // want `return with l still locked since functions\.go:\d+ by \(\*tally\)\.begin`
	}
	e.end()
	return nil
}

func (l *tally) kept(id int, open map[int]*tallyRow) {
	e := l.begin()
	e.remove(id)
	open[id] = e
}

// Who locks them all unlocks them all, and that says nothing of who locks one.
type cask struct {
	mu  sync.Mutex
	age int
}

func oldest(cs ...*cask) (n int) {
	for _, c := range cs {
		c.mu.Lock()
	}
	defer func() {
		for _, c := range cs {
			c.mu.Unlock()
		}
	}()
	for _, c := range cs {
		n = max(n, c.age)
	}
	return n
}

func (c *cask) taste(years int) bool {
	c.mu.Lock() // want `c\.mu is locked here and never unlocked`
	return c.age > years
}

func (c *cask) rest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.age++
}
