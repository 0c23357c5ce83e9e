package missingunlock

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

func (b *ctxBoard) Fill(ctx context.Context) error {
	if err := b.rlock(ctx); err != nil {
		return err
	}
	if len(b.out) == 0 {
		return nil // want `return with b\.mu still read-locked since ctxcause\.go:\d+ by \(\*ctxBoard\)\.rlock`
	}
	println(b.out)
	b.mu.RUnlock()
	return nil
}
