// Package device has devices, which tell their listeners of the end of a job. It calls them without its locks.
package device

import "sync"

type Listener interface {
	JobEnded(id int)
}

type Laser struct {
	mu        sync.Mutex
	current   int
	listeners []Listener
}

func New() *Laser { return &Laser{} }

func (l *Laser) Listen(x Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listeners = append(l.listeners, x)
}

func (l *Laser) Print(id int) {
	l.mu.Lock()
	l.current = id
	l.mu.Unlock()
}

func (l *Laser) Abort(id int) {
	l.mu.Lock()
	if l.current != id {
		l.mu.Unlock()
		return
	}
	l.current = 0
	listeners := append([]Listener(nil), l.listeners...)
	l.mu.Unlock()
	for _, x := range listeners {
		x.JobEnded(id)
	}
}
