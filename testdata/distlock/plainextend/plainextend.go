// Package plainextend has renewals of a lock whoever has it.
package plainextend

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

type Lock struct {
	rdb        *redis.Client
	key, token string
}

func (l *Lock) Lock(ctx context.Context) bool {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Val()
}

func (l *Lock) Refresh(ctx context.Context) {
	l.rdb.Expire(ctx, l.key, time.Minute) // want `plainextend: this keeps the lock of the next holder alive once lock l\.key has expired \(acquired at plainextend\.go:\d+\)`
}

func (l *Lock) Unlock(ctx context.Context) error {
	return release.Run(ctx, l.rdb, []string{l.key}, l.token).Err()
}

var (
	release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)
	extend  = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) end return 0`)
)

func watchdog(ctx context.Context, rdb *redis.Client, key, token string, work func()) {
	if !rdb.SetNX(ctx, key, token, time.Minute).Val() {
		return
	}
	defer release.Run(ctx, rdb, []string{key}, token)
	done := make(chan struct{})
	defer close(done)
	go func() {
		tick := time.NewTicker(20 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				rdb.Expire(ctx, key, time.Minute) // want `plainextend: this keeps the lock of the next holder alive once lock key has expired \(acquired at plainextend\.go:\d+\)`
			case <-done:
				return
			}
		}
	}()
	work()
}

func owned(ctx context.Context, rdb *redis.Client, key, token string, step func() bool) {
	if !rdb.SetNX(ctx, key, token, time.Minute).Val() {
		return
	}
	defer release.Run(ctx, rdb, []string{key}, token)
	for step() {
		if n, err := extend.Run(ctx, rdb, []string{key}, token, 60000).Int(); err != nil || n == 0 {
			return
		}
	}
}
