// Package comparedelete has releases that compare and delete in two steps.
package comparedelete

import (
	"context"
	"errors"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
)

type Lock struct {
	rdb        *redis.Client
	key, token string
}

func (l *Lock) Lock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
}

func (l *Lock) Unlock(ctx context.Context) error {
	got, err := l.rdb.Get(ctx, l.key).Result()
	if err != nil {
		return err
	}
	if got != l.token {
		return errors.New("not the owner")
	}
	return l.rdb.Del(ctx, l.key).Err() // want `comparedelete: this deletes the lock of the next holder if lock l\.key expires between GET and Del: they are two steps`
}

func closure(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer func() {
		if rdb.Get(ctx, key).Val() == token {
			rdb.Del(ctx, key) // want `comparedelete: this deletes the lock of the next holder if lock key expires between GET and Del: they are two steps`
		}
	}()
	work()
	return nil
}

func helper(conn redigo.Conn, lockKey, owner string) error {
	got, err := redigo.String(conn.Do("GET", lockKey))
	if err == redigo.ErrNil {
		return nil
	} else if err != nil {
		return err
	}
	if got == owner {
		_, err = conn.Do("DEL", lockKey) // want `comparedelete: this deletes the lock of the next holder if lock lockKey expires between GET and DEL: they are two steps`
	}
	return err
}

// A transaction on the watched key.
//
//distlock:silent comparedelete F12
func watch(ctx context.Context, rdb *redis.Client, lockKey, owner string) error {
	return rdb.Watch(ctx, func(tx *redis.Tx) error {
		if got, err := tx.Get(ctx, lockKey).Result(); err != nil || got != owner {
			return err
		}
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Del(ctx, lockKey)
			return nil
		})
		return err
	}, lockKey)
}

// A script.
//
//distlock:silent comparedelete F12
func script(ctx context.Context, rdb *redis.Client, lockKey, owner string) error {
	return rdb.Eval(ctx, `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end`, []string{lockKey}, owner).Err()
}

// Not a lock.
//
//distlock:silent comparedelete
func code(ctx context.Context, rdb *redis.Client, phone, code string) bool {
	if rdb.Get(ctx, "code:"+phone).Val() != code {
		return false
	}
	rdb.Del(ctx, "code:"+phone)
	return true
}

// The look is not at who has it.
//
//distlock:silent comparedelete
func stale(ctx context.Context, rdb *redis.Client, lockKey string) {
	if rdb.Get(ctx, lockKey).Val() == "" {
		return
	}
	rdb.Del(ctx, lockKey)
}

// It does not expire, so nobody else gets it in between.
type forever struct{ rdb *redis.Client }

func (f *forever) start(ctx context.Context, name, id string) bool {
	return f.rdb.SetNX(ctx, "bootstrap:lock:"+name, id, 0).Val() // want `noexpiry: `
}

//distlock:silent comparedelete
func (f *forever) cleanUp(ctx context.Context, name, id string) {
	if f.rdb.Get(ctx, "bootstrap:lock:"+name).Val() == id {
		f.rdb.Del(ctx, "bootstrap:lock:"+name)
	}
}
