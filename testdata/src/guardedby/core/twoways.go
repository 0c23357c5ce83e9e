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

// What has been seen may be gone.
type service struct {
	mu  sync.Mutex
	ctl *int
}

func (s *service) Open(ctl *int) {
	s.mu.Lock()
	s.ctl = ctl
	s.mu.Unlock()
}

func (s *service) Drop() {
	s.mu.Lock()
	s.ctl = nil
	s.mu.Unlock()
}

func (s *service) Update() int {
	s.mu.Lock()
	ctl := s.ctl
	s.mu.Unlock()
	if ctl != nil {
		return *s.ctl // want `s.ctl is read without s.mu`
	}
	return 0
}

// Close takes the lock, as others may still be there, but too late.
type reader struct {
	mu    sync.Mutex
	store *int
}

func (r *reader) Close() {
	r.store = nil // want `r.store is written without r.mu`
	r.mu.Lock()
	defer r.mu.Unlock()
}

func (r *reader) Store() *int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.store
}

func (r *reader) Empty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.store == nil
}
