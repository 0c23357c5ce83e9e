// Package seed has the lock that this project began with, in each client library:
// SETNX, then EXPIRE, an identifier of its own, and a release by a script that
// compares it. Its one misuse is that it takes two steps.
package seed

import (
	"context"
	"time"

	redisv6 "github.com/go-redis/redis"
	redisv7 "github.com/go-redis/redis/v7"
	redisv8 "github.com/go-redis/redis/v8"
	"github.com/gogf/gf/v2/database/gredis"
	redigo "github.com/gomodule/redigo/redis"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
	"github.com/valkey-io/valkey-go"
	gozero "github.com/zeromicro/go-zero/core/stores/redis"
)

const unlockScript = `if redis.call("get",KEYS[1]) == ARGV[1] then return redis.call("del",KEYS[1]) else return 0 end`

// go-redis, version 9

type v9 struct{ conn *redis.Client }

func (l v9) Acquire(ctx context.Context, lockname string, acquireTimeout, lockTimeout time.Duration) (string, bool) {
	identifier := uuid.NewString()
	lockname = "lock:" + lockname
	end := time.Now().Add(acquireTimeout)
	for time.Now().Before(end) {
		if l.conn.SetNX(ctx, lockname, identifier, 0).Val() { // want `twostep: `
			l.conn.Expire(ctx, lockname, lockTimeout)
			return identifier, true
		}
		if l.conn.TTL(ctx, lockname).Val() < 0 {
			l.conn.Expire(ctx, lockname, lockTimeout)
		}
		time.Sleep(time.Millisecond)
	}
	return "", false
}

func (l v9) Release(ctx context.Context, lockname, identifier string) bool {
	n, err := l.conn.Eval(ctx, unlockScript, []string{"lock:" + lockname}, identifier).Int()
	return err == nil && n == 1
}

// go-redis, version 8

type v8 struct{ conn *redisv8.Client }

func (l v8) Acquire(ctx context.Context, lockname string, lockTimeout time.Duration) (string, error) {
	identifier := uuid.NewString()
	ok, err := l.conn.SetNX(ctx, "lock:"+lockname, identifier, 0).Result() // want `twostep: `
	if err != nil || !ok {
		return "", err
	}
	if err := l.conn.Expire(ctx, "lock:"+lockname, lockTimeout).Err(); err != nil {
		return "", err
	}
	return identifier, nil
}

func (l v8) Release(ctx context.Context, lockname, identifier string) error {
	return l.conn.Eval(ctx, unlockScript, []string{"lock:" + lockname}, identifier).Err()
}

// go-redis, version 7

type v7 struct{ conn *redisv7.Client }

func (l v7) Acquire(lockname string, lockTimeout time.Duration) string {
	identifier := uuid.NewString()
	for {
		if l.conn.SetNX("lock:"+lockname, identifier, 0).Val() { // want `twostep: `
			l.conn.Expire("lock:"+lockname, lockTimeout)
			return identifier
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (l v7) Release(lockname, identifier string) error {
	return redisv7.NewScript(unlockScript).Run(l.conn, []string{"lock:" + lockname}, identifier).Err()
}

// go-redis, version 6

type v6 struct{ conn *redisv6.Client }

func (l v6) Acquire(lockname string, lockTimeout time.Duration) (identifier string, ok bool) {
	identifier = uuid.NewString()
	if ok = l.conn.SetNX("lock:"+lockname, identifier, 0).Val(); ok { // want `twostep: `
		l.conn.Expire("lock:"+lockname, lockTimeout)
	}
	return identifier, ok
}

func (l v6) Release(lockname, identifier string) error {
	return l.conn.Eval(unlockScript, []string{"lock:" + lockname}, identifier).Err()
}

// redigo

type redigoLock struct{ pool *redigo.Pool }

func (l redigoLock) Acquire(lockname string, acquireTimeout time.Duration, seconds int) (string, error) {
	conn := l.pool.Get()
	defer conn.Close()
	identifier := uuid.NewString()
	lockname = "lock:" + lockname
	end := time.Now().Add(acquireTimeout)
	for time.Now().Before(end) {
		n, err := redigo.Int(conn.Do("SETNX", lockname, identifier)) // want `twostep: `
		if err != nil {
			return "", err
		}
		if n == 1 {
			conn.Do("EXPIRE", lockname, seconds)
			return identifier, nil
		}
		if ttl, _ := redigo.Int(conn.Do("TTL", lockname)); ttl < 0 {
			conn.Do("EXPIRE", lockname, seconds)
		}
		time.Sleep(time.Millisecond)
	}
	return "", nil
}

var redigoUnlock = redigo.NewScript(1, unlockScript)

func (l redigoLock) Release(lockname, identifier string) (bool, error) {
	conn := l.pool.Get()
	defer conn.Close()
	return redigo.Bool(redigoUnlock.Do(conn, "lock:"+lockname, identifier))
}

// rueidis

type rueidisLock struct{ c rueidis.Client }

func (l rueidisLock) Acquire(ctx context.Context, lockname string, seconds int64) (string, bool) {
	identifier := uuid.NewString()
	ok, err := l.c.Do(ctx, l.c.B().Setnx().Key("lock:"+lockname).Value(identifier).Build()).AsBool() // want `twostep: `
	if err != nil || !ok {
		return "", false
	}
	l.c.Do(ctx, l.c.B().Expire().Key("lock:"+lockname).Seconds(seconds).Build())
	return identifier, true
}

var rueidisUnlock = rueidis.NewLuaScript(unlockScript)

func (l rueidisLock) Release(ctx context.Context, lockname, identifier string) error {
	return rueidisUnlock.Exec(ctx, l.c, []string{"lock:" + lockname}, []string{identifier}).Error()
}

// valkey-go

type valkeyLock struct{ c valkey.Client }

func (l valkeyLock) Acquire(ctx context.Context, lockname string, seconds int64) (string, error) {
	identifier := uuid.NewString()
	n, err := l.c.Do(ctx, l.c.B().Setnx().Key("lock:"+lockname).Value(identifier).Build()).AsInt64() // want `twostep: `
	if err != nil || n != 1 {
		return "", err
	}
	return identifier, l.c.Do(ctx, l.c.B().Expire().Key("lock:"+lockname).Seconds(seconds).Build()).Error()
}

var valkeyUnlock = valkey.NewLuaScript(unlockScript)

func (l valkeyLock) Release(ctx context.Context, lockname, identifier string) error {
	return valkeyUnlock.Exec(ctx, l.c, []string{"lock:" + lockname}, []string{identifier}).Error()
}

// go-zero

type goZeroLock struct{ store *gozero.Redis }

func (l goZeroLock) Acquire(ctx context.Context, lockname string, seconds int) (string, error) {
	identifier := uuid.NewString()
	ok, err := l.store.SetnxCtx(ctx, "lock:"+lockname, identifier) // want `twostep: `
	if err != nil || !ok {
		return "", err
	}
	return identifier, l.store.ExpireCtx(ctx, "lock:"+lockname, seconds)
}

func (l goZeroLock) Release(ctx context.Context, lockname, identifier string) error {
	_, err := l.store.EvalCtx(ctx, unlockScript, []string{"lock:" + lockname}, identifier)
	return err
}

// GoFrame

type goFrameLock struct{ c *gredis.Redis }

func (l goFrameLock) Acquire(ctx context.Context, lockname string, seconds int64) (string, error) {
	identifier := uuid.NewString()
	ok, err := l.c.SetNX(ctx, "lock:"+lockname, identifier) // want `twostep: `
	if err != nil || !ok {
		return "", err
	}
	_, err = l.c.Expire(ctx, "lock:"+lockname, seconds)
	return identifier, err
}

func (l goFrameLock) Release(ctx context.Context, lockname, identifier string) error {
	_, err := l.c.Eval(ctx, unlockScript, 1, []string{"lock:" + lockname}, []interface{}{identifier})
	return err
}
