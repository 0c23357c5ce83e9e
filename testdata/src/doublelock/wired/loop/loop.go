// Package loop runs functions one after the other in a goroutine of its own.
package loop

import (
	"context"
	"sync"
)

type Loop struct{ funcs chan func() }

func New() *Loop {
	l := &Loop{funcs: make(chan func(), 8)}
	go l.run()
	return l
}

func (l *Loop) run() {
	for f := range l.funcs {
		f()
	}
}

// Post has the loop run f, and does not wait.
func (l *Loop) Post(f func()) { l.funcs <- f }

// Call has the loop run f, and waits until it has.
func (l *Loop) Call(f func()) {
	ran := make(chan struct{})
	l.funcs <- func() {
		defer close(ran)
		f()
	}
	<-ran
}

// Ask is Call with an answer.
func (l *Loop) Ask(f func() int) int {
	answer := make(chan int, 1)
	l.Post(func() { answer <- f() })
	return <-answer
}

// Group is Call with a group.
func (l *Loop) Group(f func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	l.Post(func() {
		defer wg.Done()
		f()
	})
	wg.Wait()
}

// Begin waits until the loop has come to f, and not until it has run it.
func (l *Loop) Begin(f func()) {
	begun := make(chan struct{})
	l.funcs <- func() {
		close(begun)
		f()
	}
	<-begun
}

// Try waits as long as there is time.
func (l *Loop) Try(ctx context.Context, f func()) error {
	ran := make(chan struct{})
	l.funcs <- func() {
		defer close(ran)
		f()
	}
	select {
	case <-ran:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
