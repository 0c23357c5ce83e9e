package deferred

import (
	"context"
	"sync"
)

type board struct {
	mu   sync.Mutex
	cond *sync.Cond
	last string
}

func newBoard() *board {
	b := &board{}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *board) Set(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = s
	b.cond.Broadcast()
}

// The loop tests what Set changes, and a variable that has its value before the goroutine starts.
func (b *board) Await(ctx context.Context, target string) bool {
	done := make(chan struct{})
	go func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for b.last != target {
			b.cond.Wait()
		}
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		b.cond.Broadcast()
		return false
	}
}

// Here the variable changes afterwards.
func (b *board) AwaitAny(ctx context.Context, target string) bool {
	done := make(chan struct{})
	go func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for target != "" && b.last != target {
			b.cond.Wait()
		}
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		target = ""
		b.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at told\.go:\d+ and be missed`
		return false
	}
}
