// Package work runs the renewal of its locks, which is in another package.
package work

import (
	"context"
	"log"

	"github.com/redis/go-redis/v9"

	"distlock.test/renewal/lease"
)

func do(ctx context.Context) {}

// Nobody hears of the end of the loop.
func quiet(ctx context.Context, rdb *redis.Client) {
	l := lease.New(rdb, "report:lock")
	if l.Lock(ctx) != nil {
		return
	}
	go l.Loop(ctx) // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
	do(ctx)
}

// It is printed.
func printed(ctx context.Context, rdb *redis.Client) {
	l := lease.New(rdb, "report:lock")
	if l.Lock(ctx) != nil {
		return
	}
	go func() {
		l.Loop(ctx) // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
		log.Print("no longer renewed")
	}()
	do(ctx)
}

// The work ends with the loop.
func cancelled(ctx context.Context, rdb *redis.Client) {
	l := lease.New(rdb, "report:lock")
	if l.Lock(ctx) != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		l.Loop(ctx)
	}()
	do(ctx)
}

// So it does here, where the loop is told how.
func watched(ctx context.Context, rdb *redis.Client) {
	l := lease.New(rdb, "report:lock")
	if l.Lock(ctx) != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go l.Watch(ctx, cancel)
	do(ctx)
}

// The loop is what the function is for.
func inFront(ctx context.Context, rdb *redis.Client) {
	l := lease.New(rdb, "report:lock")
	if l.Lock(ctx) != nil {
		return
	}
	l.Loop(ctx)
}
