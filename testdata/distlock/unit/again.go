package unit

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

type timed struct {
	rdb        *redis.Client
	key, token string
	ttl        time.Duration
}

func newTimed(rdb *redis.Client, key, token string, ttl time.Duration) *timed {
	return &timed{rdb: rdb, key: key, token: token, ttl: ttl}
}

func (l *timed) TryLock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, l.ttl*time.Second).Result() // want `unit: the lock lives for decades, or its time overflows: a time\.Duration is multiplied by a unit again`
}

func deposit(ctx context.Context, rdb *redis.Client, token string) (bool, error) {
	return newTimed(rdb, "bank", token, 5*time.Second).TryLock(ctx)
}

// A number of seconds in a Duration is odd, and right here.
type counted struct {
	rdb        *redis.Client
	key, token string
	seconds    time.Duration
}

//distlock:silent unit
func (l *counted) TryLock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, l.seconds*time.Second).Result()
}

func withdraw(ctx context.Context, rdb *redis.Client, token string) (bool, error) {
	return (&counted{rdb: rdb, key: "bank", token: token, seconds: 5}).TryLock(ctx)
}

// Who exports it may be given anything.
//
//distlock:silent unit
func Times(ctx context.Context, rdb *redis.Client, key, token string, n time.Duration) (bool, error) {
	return rdb.SetNX(ctx, key, token, n*time.Second).Result()
}
