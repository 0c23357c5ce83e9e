// Package batch tells others with its lock held.
package batch

import "sync"

type Notifier interface{ Enqueue(id int) }

type Scheduler struct {
	mu     sync.Mutex
	titles map[int]string
	notify Notifier
}

func New() *Scheduler { return &Scheduler{titles: map[int]string{}} }

func (s *Scheduler) SetNotifier(n Notifier) { s.notify = n }

func (s *Scheduler) Finish(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.titles, id)
	s.notify.Enqueue(id)
}

func (s *Scheduler) Title(id int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.titles[id]
}
