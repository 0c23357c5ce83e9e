// Package locks misuses locks in Redis. lockvet -fix repairs it; its tests run
// before and after.
package locks

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// TwoStep acquires a lock, and gives it an expiry. between runs between the two.
func TwoStep(ctx context.Context, rdb *redis.Client, key string, between func()) (bool, error) {
	ok, err := rdb.SetNX(ctx, key, 1, 0).Result()
	if err != nil || !ok {
		return false, err
	}
	between()
	if err := rdb.Expire(ctx, key, time.Second).Err(); err != nil {
		return false, err
	}
	return true, nil
}

// PlainDelete works under a lock that lives for a second.
func PlainDelete(ctx context.Context, rdb *redis.Client, key, token string, work func()) (bool, error) {
	ok, err := rdb.SetNX(ctx, key, token, time.Second).Result()
	if err != nil || !ok {
		return false, err
	}
	defer rdb.Del(ctx, key)
	work()
	return true, nil
}

// A Lock is one of its own type.
type Lock struct {
	RDB        *redis.Client
	Key, Token string
}

// TryLock acquires it for a second.
func (l *Lock) TryLock(ctx context.Context) (bool, error) {
	return l.RDB.SetNX(ctx, l.Key, l.Token, time.Second).Result()
}

// Unlock gives it up.
func (l *Lock) Unlock(ctx context.Context) error {
	return l.RDB.Del(ctx, l.Key).Err()
}

// EagerDefer works under a lock that its caller has acquired, and gives it up.
func EagerDefer(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key).Err()
	work()
}

// Unit acquires a lock for 30 seconds, it thinks.
func Unit(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, 30).Result()
}

// UnitOfCommand acquires a lock for 30 seconds, it thinks.
func UnitOfCommand(ctx context.Context, rdb *redis.Client, key, token string) error {
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", 30*time.Second).Err()
}
