// Package mailq asks for titles with its lock held.
package mailq

import "sync"

type Titler interface{ Title(id int) string }

type Queue struct {
	src Titler

	mu    sync.Mutex
	items []int
}

func New(src Titler) *Queue { return &Queue{src: src} }

func (q *Queue) Enqueue(id int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, id)
}

func (q *Queue) Flush() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, id := range q.items {
		println(q.src.Title(id))
	}
	q.items = nil
}

// Shared asks without it.
type Shared struct {
	src Titler

	mu    sync.Mutex
	items []int
}

func NewShared(src Titler) *Shared { return &Shared{src: src} }

func (s *Shared) Enqueue(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append(s.items, id)
}

func (s *Shared) Flush() {
	s.mu.Lock()
	items := s.items
	s.items = nil
	s.mu.Unlock()
	for _, id := range items {
		println(s.src.Title(id))
	}
}
