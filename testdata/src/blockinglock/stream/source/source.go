// Package source sends on channels that its users receive from.
package source

import "sync"

type Source struct {
	mu     sync.Mutex
	n      int
	events chan int
	room   chan int
	quiet  chan int
}

func New() *Source {
	return &Source{events: make(chan int), room: make(chan int, 8), quiet: make(chan int)}
}

func (s *Source) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// Events gets what Add sends, with the lock.
func (s *Source) Events() <-chan int { return s.events }

// Room has a buffer.
func (s *Source) Room() <-chan int { return s.room }

// Quiet gets what Add sends without the lock.
func (s *Source) Quiet() <-chan int { return s.quiet }

func (s *Source) Add(n int) {
	s.mu.Lock()
	s.n += n
	s.emit(n)
	s.room <- n
	s.mu.Unlock()
	s.quiet <- n
}

func (s *Source) emit(n int) { s.events <- n }

// A Twin has two readers.
type Twin struct {
	mu sync.Mutex
	n  int
	c  chan int
}

func NewTwin() *Twin { return &Twin{c: make(chan int)} }

func (t *Twin) C() <-chan int { return t.c }

func (t *Twin) Add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n++
	t.c <- t.n
}

func (t *Twin) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
