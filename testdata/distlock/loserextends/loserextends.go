// Package loserextends has expiries set by who did not get the lock.
package loserextends

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

func pipeline(ctx context.Context, rdb *redis.Client, lockKey string, work func()) error {
	pipe := rdb.TxPipeline()
	got := pipe.SetNX(ctx, lockKey, 1, 0)
	pipe.Expire(ctx, lockKey, time.Minute) // want `loserextends: a process that fails to get the lock extends it for its holder: Expire is sent whether SETNX acquires it or not`
	if _, err := pipe.Exec(ctx); err != nil {
		return err
	}
	if got.Val() {
		work()
		return rdb.Del(ctx, lockKey).Err() // want `plaindelete: `
	}
	return nil
}

func callback(ctx context.Context, rdb redis.UniversalClient, id, token string) (bool, error) {
	var got *redis.BoolCmd
	_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		got = p.SetNX(ctx, "lock:"+id, token, time.Minute)
		p.Expire(ctx, "lock:"+id, time.Minute) // want `loserextends: a process that fails to get the lock extends it for its holder: Expire is sent whether SETNX acquires it or not`
		return nil
	})
	return err == nil && got.Val(), err
}

func after(ctx context.Context, rdb *redis.Client, id, token string, work func()) error {
	key := "lock:" + id
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil {
		return err
	}
	rdb.Expire(ctx, key, time.Minute) // want `loserextends: lock "lock:" \+ id does not expire as long as others try: its expiry is set where somebody else has it`
	if !ok {
		return nil
	}
	defer rdb.Eval(ctx, compareAndDelete, []string{key}, token)
	work()
	return nil
}

const compareAndDelete = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end`

// The winner extends.
//
//distlock:silent loserextends
func winner(ctx context.Context, rdb *redis.Client, id, token string, work func()) {
	key := "lock:" + id
	if ok, _ := rdb.SetNX(ctx, key, token, time.Minute).Result(); !ok {
		return
	}
	work()
	rdb.Eval(ctx, compareAndDelete, []string{key}, token)
}

// Who lost looks whether the lock has an expiry at all.
//
//distlock:silent loserextends
func repair(ctx context.Context, rdb *redis.Client, id, token string) bool {
	key := "lock:" + id
	if rdb.SetNX(ctx, key, token, time.Minute).Val() {
		return true
	}
	if rdb.TTL(ctx, key).Val() == -1 {
		rdb.Expire(ctx, key, time.Minute)
	}
	return false
}

// A pipeline that keeps an expiry that is there.
//
//distlock:silent loserextends
func keeps(ctx context.Context, rdb *redis.Client, lockKey string) error {
	_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.SetNX(ctx, lockKey, 1, 0)
		p.ExpireNX(ctx, lockKey, time.Minute)
		return nil
	})
	return err
}

// A counter whose window starts with it.
//
//distlock:silent loserextends
func limit(ctx context.Context, rdb *redis.Client, user string) (int64, error) {
	key := "limit:" + user
	pipe := rdb.TxPipeline()
	pipe.SetNX(ctx, key, 0, 0)
	n := pipe.Incr(ctx, key)
	pipe.Expire(ctx, key, time.Minute)
	_, err := pipe.Exec(ctx)
	return n.Val(), err
}
