// Package watched: somebody signals when the event happens.
package watched

import (
	"context"
	"sync"
	"time"
)

// A function that is run at the end of the context.
type After struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewAfter() *After {
	a := &After{}
	a.cond = sync.NewCond(&a.mu)
	return a
}

func (a *After) Await(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.cond.Broadcast()
	})()
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.n == 0 && ctx.Err() == nil {
		a.cond.Wait()
	}
	return ctx.Err()
}

// A goroutine that waits for it.
type Watch struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewWatch() *Watch {
	w := &Watch{}
	w.cond = sync.NewCond(&w.mu)
	return w
}

func (w *Watch) Await(ctx context.Context) error {
	done := make(chan struct{})
	defer close(done)
	go w.wakeAfter(ctx, done)
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.n == 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.cond.Wait()
	}
	return nil
}

func (w *Watch) wakeAfter(ctx context.Context, done <-chan struct{}) {
	select {
	case <-ctx.Done():
		w.wake()
	case <-done:
	}
}

func (w *Watch) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cond.Broadcast()
}

// A timer.
type Timed struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewTimed() *Timed {
	t := &Timed{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

func (t *Timed) Add() {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
	t.cond.Broadcast()
}

func (t *Timed) Await(d time.Duration) bool {
	deadline := time.Now().Add(d)
	timer := time.AfterFunc(d, t.wake)
	defer timer.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.n == 0 {
		if !time.Now().Before(deadline) {
			return false
		}
		t.cond.Wait()
	}
	return true
}

func (t *Timed) wake() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cond.Broadcast()
}

// From time to time.
type Polled struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewPolled() *Polled {
	p := &Polled{}
	p.cond = sync.NewCond(&p.mu)
	go func() {
		for {
			time.Sleep(time.Second)
			p.cond.Broadcast()
		}
	}()
	return p
}

func (p *Polled) Await(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.n == 0 && ctx.Err() == nil {
		p.cond.Wait()
	}
}

// Callers are to call Interrupt when they end the context.
type Interrupted struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewInterrupted() *Interrupted {
	i := &Interrupted{}
	i.cond = sync.NewCond(&i.mu)
	return i
}

func (i *Interrupted) Await(ctx context.Context) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for i.n == 0 && ctx.Err() == nil {
		i.cond.Wait()
	}
}

func (i *Interrupted) Interrupt() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.cond.Broadcast()
}
