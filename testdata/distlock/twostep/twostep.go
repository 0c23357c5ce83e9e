// Package twostep has locks that get their expiry in a second step.
package twostep

import (
	"context"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
)

func twoCalls(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, 1, 0).Result() // want `twostep: nobody gets lock key again if this process dies before twostep\.go:\d+: its expiry is a second step`
	if err != nil || !ok {
		return err
	}
	if err := rdb.Expire(ctx, key, time.Minute).Err(); err != nil {
		return err
	}
	work()
	return nil
}

func expire(ctx context.Context, rdb redis.Cmdable, key string) {
	rdb.Expire(ctx, key, time.Minute)
}

func helper(ctx context.Context, rdb redis.Cmdable, key string, work func()) {
	if rdb.SetNX(ctx, key, 1, 0).Val() { // want `twostep: nobody gets lock key again if this process dies before twostep\.go:\d+: its expiry is a second step`
		expire(ctx, rdb, key)
		work()
	}
}

type Lock struct {
	pool *redigo.Pool
	key  string
}

func (l *Lock) Acquire() (bool, error) {
	conn := l.pool.Get()
	defer conn.Close()
	n, err := redigo.Int(conn.Do("SETNX", l.key, 1)) // want `twostep: nobody gets lock l\.key again if this process dies before twostep\.go:\d+: its expiry is a second step`
	if err != nil {
		return false, err
	}
	if n == 1 {
		_, err = conn.Do("EXPIRE", l.key, 30)
		return err == nil, err
	}
	return false, nil
}

func closure(ctx context.Context, rdb *redis.Client, key string, work func()) {
	try := func() bool {
		if !rdb.SetNX(ctx, key, 1, 0).Val() { // want `twostep: `
			return false
		}
		rdb.PExpire(ctx, key, time.Second)
		return true
	}
	if try() {
		work()
	}
}

// One step.
//
//distlock:silent twostep
func one(ctx context.Context, rdb *redis.Client, key string, work func()) {
	if rdb.SetNX(ctx, key, 1, time.Minute).Val() {
		work()
	}
}

// One transaction.
//
//distlock:silent twostep
func transaction(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	var set *redis.BoolCmd
	_, err := rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		set = pipe.SetNX(ctx, key, 1, 0)
		pipe.ExpireNX(ctx, key, time.Minute)
		return nil
	})
	if err == nil && set.Val() {
		work()
	}
	return err
}

// A script.
//
//distlock:silent twostep
func script(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	ok, err := rdb.Eval(ctx, `if redis.call('setnx', KEYS[1], 1) == 1 then redis.call('expire', KEYS[1], 30) return 1 end return 0`, []string{key}).Bool()
	if err == nil && ok {
		work()
	}
	return err
}

// The expiry of something else.
//
//distlock:silent twostep
func other(ctx context.Context, rdb *redis.Client, id string) {
	if rdb.SetNX(ctx, "first:"+id, time.Now().Unix(), 0).Val() {
		rdb.Expire(ctx, "recent:"+id, time.Hour)
	}
}
