// Package goframe has locks by the Redis of GoFrame.
package goframe

import (
	"context"

	"github.com/gogf/gf/v2/database/gredis"
)

func never(ctx context.Context, rdb *gredis.Redis, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:report", 1) // want `noexpiry: nobody gets lock "lock:report" again if this process dies: it never expires \(SetNX has no time to live\)`
	if err != nil || !ok {
		return err
	}
	defer rdb.Del(ctx, "lock:report")
	work()
	return nil
}

func twoStep(ctx context.Context, rdb *gredis.Redis, key string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, 1) // want `twostep: nobody gets lock key again if this process dies before goframe\.go:\d+: its expiry is a second step`
	if err != nil || !ok {
		return err
	}
	if _, err := rdb.Expire(ctx, key, 60); err != nil {
		return err
	}
	work()
	return nil
}

func option(ctx context.Context, rdb *gredis.Redis, token string, work func()) error {
	v, err := rdb.Set(ctx, "lock:report", token, gredis.SetOption{NX: true}) // want `noexpiry: nobody gets lock "lock:report" again if this process dies: it never expires \(Set has no time to live\)`
	if err != nil {
		return err
	}
	if v.IsNil() {
		return nil
	}
	work()
	_, err = rdb.Del(ctx, "lock:report")
	return err
}

type Lock struct {
	rdb *gredis.Redis
	key string
}

func (l *Lock) TryLock(ctx context.Context, token string) (bool, error) {
	v, err := l.rdb.Do(ctx, "SET", l.key, token, "NX", "PX", 30000)
	if err != nil {
		return false, err
	}
	return v.Bool(), nil
}

func (l *Lock) Unlock(ctx context.Context) error {
	_, err := l.rdb.Do(ctx, "DEL", l.key) // want `plaindelete: this deletes the lock of the next holder once lock l\.key has expired \(acquired at goframe\.go:\d+\)`
	return err
}

func compared(ctx context.Context, rdb gredis.IGroupGeneric, text gredis.IGroupString, lockKey, token string) error {
	v, err := text.Get(ctx, lockKey)
	if err != nil {
		return err
	}
	if v.String() != token {
		return nil
	}
	_, err = rdb.Del(ctx, lockKey) // want `comparedelete: `
	return err
}

const compareAndDelete = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`

//distlock:silent noexpiry plaindelete
func right(ctx context.Context, rdb *gredis.Redis, token string, work func()) error {
	ttl := int64(60)
	v, err := rdb.Set(ctx, "lock:right", token, gredis.SetOption{TTLOption: gredis.TTLOption{EX: &ttl}, NX: true})
	if err != nil || v.IsEmpty() {
		return err
	}
	defer func() {
		_, _ = rdb.Eval(ctx, compareAndDelete, 1, []string{"lock:right"}, []interface{}{token})
	}()
	work()
	return nil
}

// A marker.
//
//distlock:silent noexpiry F1
func first(ctx context.Context, rdb *gredis.Redis, user string) (bool, error) {
	return rdb.SetNX(ctx, "seen:"+user, 1)
}
