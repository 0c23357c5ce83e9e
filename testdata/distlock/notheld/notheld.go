// Package notheld has releases of locks that were not acquired.
package notheld

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

func before(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	defer rdb.Del(ctx, key) // want `notheld: this releases somebody else's lock if lock key is not acquired at notheld\.go:\d+: the release is deferred before` `plaindelete: `
	ok, err := rdb.SetNX(ctx, key, 1, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	work()
	return nil
}

func both(ctx context.Context, rdb *redis.Client, key string, work func()) {
	ok := rdb.SetNX(ctx, key, 1, time.Minute).Val()
	if ok {
		work()
	}
	rdb.Del(ctx, key) // want `notheld: this releases somebody else's lock: lock key was not acquired at notheld\.go:\d+ on this path` `plaindelete: `
}

type job struct{ rdb *redis.Client }

func (j *job) lock(ctx context.Context) error {
	ok, err := j.rdb.SetNX(ctx, "job:lock", 1, time.Minute).Result()
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("busy")
	}
	return nil
}

func (j *job) unlock(ctx context.Context) {
	j.rdb.Del(ctx, "job:lock") // want `plaindelete: `
}

func (j *job) run(ctx context.Context, work func()) error {
	defer j.unlock(ctx) // want `notheld: this releases somebody else's lock if lock "job:lock" is not acquired at notheld\.go:\d+: the release is deferred before`
	if err := j.lock(ctx); err != nil {
		return err
	}
	work()
	return nil
}

func closure(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer func() { // want `notheld: `
		rdb.Del(ctx, key) // want `plaindelete: `
	}()
	if !rdb.SetNX(ctx, key, 1, time.Minute).Val() {
		return
	}
	work()
}

//distlock:silent notheld
func right(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer release.Run(ctx, rdb, []string{key}, token)
	work()
	return nil
}

var release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)

// Compare and delete does no harm.
//
//distlock:silent notheld
func owned(ctx context.Context, rdb *redis.Client, key, token string, work func()) {
	defer release.Run(ctx, rdb, []string{key}, token)
	if rdb.SetNX(ctx, key, token, time.Minute).Val() {
		work()
	}
}

// A lock that is stale is taken away.
//
//distlock:silent notheld
func stale(ctx context.Context, rdb *redis.Client, key, token string, old func(string) bool) bool {
	if rdb.SetNX(ctx, key, token, 0).Val() {
		return true
	}
	if old(rdb.Get(ctx, key).Val()) {
		rdb.Del(ctx, key)
	}
	return false
}

// A retry loop: what follows it has the lock.
//
//distlock:silent notheld F16
func retry(ctx context.Context, rdb *redis.Client, key, token string, work func()) {
	for {
		ok, _ := rdb.SetNX(ctx, key, token, time.Minute).Result()
		if ok {
			break
		}
		time.Sleep(time.Second)
	}
	defer release.Run(ctx, rdb, []string{key}, token)
	work()
}
