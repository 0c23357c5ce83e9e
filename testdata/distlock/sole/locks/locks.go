// Package locks has locks behind interfaces.
package locks

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// Locker has one implementation, and one for tests.
type Locker interface {
	Acquire(ctx context.Context, key string) (bool, error)
	Release(ctx context.Context, key string) error
}

type redisLocker struct{ rdb *redis.Client }

func New(rdb *redis.Client) Locker { return &redisLocker{rdb} }

func (l *redisLocker) Acquire(ctx context.Context, key string) (bool, error) {
	return l.rdb.SetNX(ctx, "lock:"+key, "1", time.Minute).Result()
}

func (l *redisLocker) Release(ctx context.Context, key string) error {
	return l.rdb.Del(ctx, "lock:"+key).Err() // want `plaindelete: `
}

type MockLocker struct{}

func (*MockLocker) Acquire(context.Context, string) (bool, error) { return true, nil }

func (*MockLocker) Release(context.Context, string) error { return nil }

// Either has two.
type Either interface {
	AcquireAny(ctx context.Context, key string) (bool, error)
	ReleaseAny(ctx context.Context, key string) error
}

type one struct{ rdb *redis.Client }

func (l *one) AcquireAny(ctx context.Context, key string) (bool, error) {
	return l.rdb.SetNX(ctx, "any:"+key, "1", time.Minute).Result()
}

func (l *one) ReleaseAny(ctx context.Context, key string) error {
	return l.rdb.Del(ctx, "any:"+key).Err() // want `plaindelete: `
}

type process struct{ keys chan string }

func (p *process) AcquireAny(ctx context.Context, key string) (bool, error) {
	select {
	case p.keys <- key:
		return true, nil
	default:
		return false, nil
	}
}

func (p *process) ReleaseAny(context.Context, string) error {
	<-p.keys
	return nil
}
