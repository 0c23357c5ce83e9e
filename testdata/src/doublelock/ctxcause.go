package doublelock

import (
	"context"
	"sync"
	"time"
)

type ctxBoard struct {
	mu  sync.RWMutex
	out []string
}

// rlock gives the lock, or the reason why the context has ended.
func (b *ctxBoard) rlock(ctx context.Context) error {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if b.mu.TryRLock() {
				return nil
			}
		}
	}
}

func (b *ctxBoard) Publish(ctx context.Context, s string) error {
	if err := b.rlock(ctx); err != nil {
		return err
	}
	defer b.mu.RUnlock()
	println(len(b.out), s)
	return nil
}

func (b *ctxBoard) Clear(ctx context.Context) error {
	if err := b.rlock(ctx); err != nil {
		return err
	}
	b.mu.Lock() // want `b\.mu is locked for writing, which deadlocks: it is read-locked since ctxcause\.go:\d+ by \(\*ctxBoard\)\.rlock`
	b.out = nil
	b.mu.Unlock()
	b.mu.RUnlock()
	return nil
}
