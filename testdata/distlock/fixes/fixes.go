// Package fixes has findings with suggested fixes.
package fixes

import (
	"context"
	"errors"
	"time"

	redisv6 "github.com/go-redis/redis"
	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
)

func twoStep(ctx context.Context, rdb *redis.Client, key string, ttl time.Duration) (bool, error) {
	ok, err := rdb.SetNX(ctx, key, 1, 0).Result() // want `twostep: `
	if err != nil || !ok {
		return false, err
	}
	if err := rdb.Expire(ctx, key, ttl).Err(); err != nil {
		return false, err
	}
	return true, nil
}

func twoStepStatement(rdb *redisv6.Client, key string, work func()) {
	if rdb.SetNX(key, 1, 0).Val() { // want `twostep: `
		rdb.Expire(key, 30*time.Second)
		work()
	}
}

// The time to live is not known where the lock is acquired.
func twoStepLater(ctx context.Context, rdb *redis.Client, key string, load func() time.Duration) bool {
	if !rdb.SetNX(ctx, key, 1, 0).Val() { // want `twostep: `
		return false
	}
	ttl := load()
	rdb.Expire(ctx, key, ttl)
	return true
}

func plainDelete(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer rdb.Del(ctx, key) // want `plaindelete: `
	work()
	return nil
}

func plainDeleteClosure(rdb *redisv6.Client, key, token string, work func()) (err error) {
	if !rdb.SetNX(key, token, time.Minute).Val() {
		return errors.New("busy")
	}
	defer func() {
		err = rdb.Del(key).Err() // want `plaindelete: `
	}()
	work()
	return nil
}

type Lock struct {
	rdb        *redis.Client
	key, token string
}

func (l *Lock) Lock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
}

func (lock *Lock) Unlock(ctx context.Context) error {
	return lock.rdb.Del(ctx, lock.key).Err() // want `plaindelete: `
}

// The number of deleted keys is used.
func plainDeleteResult(ctx context.Context, rdb *redis.Client, key, token string, work func()) (int64, error) {
	if !rdb.SetNX(ctx, key, token, time.Minute).Val() {
		return 0, nil
	}
	work()
	return rdb.Del(ctx, key).Result() // want `plaindelete: `
}

func eagerDefer(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key).Err() // want `eagerdefer: `
	work()
}

func eagerDeferResult(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key).Result() // want `eagerdefer: `
	work()
}

func unit(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, 30).Result() // want `unit: `
}

func unitRaw(ctx context.Context, rdb *redis.Client, conn redigo.Conn, key, token string, ttl time.Duration) error {
	if _, err := conn.Do("SET", key, token, "nx", "ex", ttl); err != nil { // want `unit: `
		return err
	}
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", 30*time.Second).Err() // want `unit: `
}
