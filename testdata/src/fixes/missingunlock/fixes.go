// Package missingunlock shows what is offered as a fix, and what is not.
package missingunlock

import (
	"errors"
	"io"
	"sync"
)

var errEmpty = errors.New("empty")

type stack struct {
	mu    sync.RWMutex
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

func (s *stack) top() (n int, err error) {
	s.mu.RLock()
	switch len(s.elems) {
	case 0:
		return 0, io.EOF // want `return with s\.mu still read-locked`
	case 1:
		n = s.elems[0]
	}
	s.mu.RUnlock()
	return n, nil
}

// An if with nothing but the return.
func (s *stack) clear(force bool) {
	s.mu.Lock()
	if !force && len(s.elems) > 0 {
		return // want `return with s\.mu still locked`
	}
	s.elems = nil
	s.mu.Unlock()
}

// No fix: what is returned needs the lock.
func (s *stack) peek(i int) int {
	s.mu.Lock()
	if i > 0 {
		return s.elems[i] // want `return with s\.mu still locked`
	}
	n := s.elems[0]
	s.mu.Unlock()
	return n
}

// No fix: two returns, so that defer is the better answer.
func (s *stack) check(i int) error {
	s.mu.Lock()
	if i < 0 {
		return errEmpty // want `return with s\.mu still locked`
	}
	if i > len(s.elems) {
		return io.EOF // want `return with s\.mu still locked`
	}
	s.mu.Unlock()
	return nil
}

// No fix: the name means something else at the return.
func transfer(from, to *stack) error {
	s := from
	s.mu.Lock()
	if len(s.elems) == 0 {
		s := to
		_ = s
		return errEmpty // want `return with s\.mu still locked`
	}
	s.mu.Unlock()
	return nil
}
