// Package deferred shows where a deferred unlock is offered beside one before the return.
package deferred

import (
	"errors"
	"sync"
)

var errEmpty = errors.New("empty")

type stack struct {
	mu    sync.Mutex
	elems []int
}

func (s *stack) pop() (int, error) {
	s.mu.Lock()
	if len(s.elems) == 0 {
		return 0, errEmpty // want `return with s\.mu still locked`
	}
	n := s.elems[len(s.elems)-1]
	s.elems = s.elems[:len(s.elems)-1]
	s.mu.Unlock()
	return n, nil
}

func (s *stack) clear(force bool) {
	s.mu.Lock()
	if !force && len(s.elems) > 0 {
		return // want `return with s\.mu still locked`
	}
	s.elems = nil
	s.mu.Unlock()
}

// Only before the return: the callback runs without the lock.
func (s *stack) notify(changed func()) {
	s.mu.Lock()
	if len(s.elems) == 0 {
		return // want `return with s\.mu still locked`
	}
	s.elems = nil
	s.mu.Unlock()
	changed()
}

// Only before the return: what is returned is computed without the lock.
func (s *stack) sum(of func([]int) int) int {
	s.mu.Lock()
	if len(s.elems) == 0 {
		return 0 // want `return with s\.mu still locked`
	}
	elems := s.elems
	s.mu.Unlock()
	return of(elems)
}

// Only before the return: another deferred call would run with the lock held.
func (s *stack) logged(log func()) {
	s.mu.Lock()
	defer log()
	if len(s.elems) == 0 {
		return // want `return with s\.mu still locked`
	}
	s.elems = nil
	s.mu.Unlock()
}

// Only before the return: the comment would be lost.
func (s *stack) told() {
	s.mu.Lock()
	if len(s.elems) == 0 {
		return // want `return with s\.mu still locked`
	}
	s.elems = nil
	s.mu.Unlock() // before anybody sees it
}

// Only before the return: the lock is taken again.
func (s *stack) twice() {
	s.mu.Lock()
	if len(s.elems) == 0 {
		return // want `return with s\.mu still locked`
	}
	s.mu.Unlock()
	s.mu.Lock()
	s.mu.Unlock()
}
