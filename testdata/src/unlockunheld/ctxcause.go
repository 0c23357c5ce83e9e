package unlockunheld

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

// The lock is not to be had here, so that Publish says why the context has ended.
func (b *ctxBoard) Test() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	return b.Publish(ctx, "key")
}

// Without the answer of rlock it is not known.
func (b *ctxBoard) TestBlind() {
	b.mu.Lock()
	b.mu.RUnlock() // want `b\.mu is read-unlocked, but held for writing since ctxcause\.go:\d+: use Unlock`
}
