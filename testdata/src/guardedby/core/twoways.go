package core

import (
	"fmt"
	"sync"
)

// A field that the function uses under the lock as well.
type limited struct {
	mu       sync.Mutex
	n, limit int
}

func (l *limited) Add() error {
	l.mu.Lock()
	if l.n >= l.limit {
		l.mu.Unlock()
		return fmt.Errorf("more than %d", l.limit) // want `l.limit is read without l.mu`
	}
	l.n++
	l.mu.Unlock()
	return nil
}

func (l *limited) Raise(to int) {
	l.mu.Lock()
	if to > l.limit {
		l.limit = to
	}
	l.mu.Unlock()
}
