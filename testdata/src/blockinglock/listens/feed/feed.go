// Package feed calls some of its listeners under its lock, others in goroutines of their own: those say so when they are added.
package feed

import "sync"

type how int

const (
	inTurn how = iota
	besides
)

type listener struct {
	f   func()
	run how
}

type Feed struct {
	mu        sync.Mutex
	listeners []listener
	n         int
}

func (f *Feed) Fire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	for _, l := range f.listeners {
		if l.run == besides {
			go l.f()
		} else {
			l.f()
		}
	}
}

func (f *Feed) Count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n
}

func (f *Feed) Add(fn func()) { f.add(listener{f: fn}) }

func (f *Feed) AddBeside(fn func()) {
	l := listener{f: fn, run: besides}
	f.add(l)
}

func (f *Feed) add(l listener) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listeners = append(f.listeners, l)
}
