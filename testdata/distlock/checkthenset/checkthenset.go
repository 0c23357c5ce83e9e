// Package checkthenset has locks that are looked at in one step and taken in another.
package checkthenset

import (
	"context"
	"errors"
	"time"

	"github.com/gomodule/redigo/redis"
	goredis "github.com/redis/go-redis/v9"
	gozero "github.com/zeromicro/go-zero/core/stores/redis"
)

func exists(ctx context.Context, rdb *goredis.Client, work func() error) error {
	n, err := rdb.Exists(ctx, "lock:report").Result()
	if err != nil || n > 0 {
		return err
	}
	rdb.Set(ctx, "lock:report", "1", time.Minute) // want `checkthenset: two processes can both take lock "lock:report": it is looked at, at checkthenset\.go:\d+, and taken in a second step`
	defer rdb.Del(ctx, "lock:report")
	return work()
}

type Mutex struct {
	rdb goredis.UniversalClient
	key string
}

func (m *Mutex) TryLock(ctx context.Context, token string) (bool, error) {
	_, err := m.rdb.Get(ctx, m.key).Result()
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, goredis.Nil) {
		return false, err
	}
	return true, m.rdb.Set(ctx, m.key, token, time.Minute).Err() // want `checkthenset: two processes can both take lock m\.key: it is looked at, at checkthenset\.go:\d+, and taken in a second step`
}

func (m *Mutex) Unlock(ctx context.Context) error {
	return m.rdb.Del(ctx, m.key).Err()
}

func command(conn redis.Conn, name string, work func()) error {
	lockKey := "lock:" + name
	held, err := redis.Bool(conn.Do("EXISTS", lockKey))
	if err != nil {
		return err
	}
	if !held {
		if _, err := conn.Do("SET", lockKey, "1", "EX", 30); err != nil { // want `checkthenset: two processes can both take lock "lock:" \+ name: it is looked at, at checkthenset\.go:\d+, and taken in a second step`
			return err
		}
		work()
		_, err = conn.Do("DEL", lockKey)
	}
	return err
}

func text(store *gozero.Redis, work func()) error {
	v, err := store.Get("job_lock")
	if err != nil {
		return err
	}
	if v != "" {
		return nil
	}
	if err := store.Setex("job_lock", "1", 30); err != nil { // want `checkthenset: two processes can both take lock "job_lock": it is looked at, at checkthenset\.go:\d+, and taken in a second step`
		return err
	}
	defer store.Del("job_lock")
	work()
	return nil
}

// Silent.

// A cache is filled by who finds it empty.
//
//distlock:silent checkthenset
func cache(ctx context.Context, rdb *goredis.Client, load func() string) string {
	v, err := rdb.Get(ctx, "report").Result()
	if err == goredis.Nil {
		v = load()
		rdb.Set(ctx, "report", v, time.Minute)
	}
	return v
}

func invalidate(ctx context.Context, rdb *goredis.Client) { rdb.Del(ctx, "report") }

// Nobody gives it up: it says that something was done.
//
//distlock:silent checkthenset
func mark(ctx context.Context, rdb *goredis.Client, user string, refuse func()) {
	if rdb.Exists(ctx, "locked:"+user).Val() == 0 {
		rdb.Set(ctx, "locked:"+user, "1", time.Hour)
		refuse()
	}
}

// Its owner sets it again.
//
//distlock:silent checkthenset
func renew(ctx context.Context, rdb *goredis.Client, token string, work func()) error {
	v, err := rdb.Get(ctx, "lock:renewed").Result()
	if err != nil || v != token {
		return err
	}
	if err := rdb.Set(ctx, "lock:renewed", token, time.Minute).Err(); err != nil {
		return err
	}
	work()
	return rdb.Del(ctx, "lock:renewed").Err() // want `comparedelete: `
}

// WATCH makes it fail if somebody else sets the key in between.
//
//distlock:silent checkthenset
func watched(ctx context.Context, rdb *goredis.Client, work func()) error {
	err := rdb.Watch(ctx, func(tx *goredis.Tx) error {
		n, err := tx.Exists(ctx, "lock:watched").Result()
		if err != nil {
			return err
		}
		if n > 0 {
			return errors.New("busy")
		}
		_, err = tx.TxPipelined(ctx, func(p goredis.Pipeliner) error {
			p.Set(ctx, "lock:watched", "1", time.Minute)
			return nil
		})
		return err
	}, "lock:watched")
	if err != nil {
		return err
	}
	work()
	return rdb.Del(ctx, "lock:watched").Err()
}

// A look before the step that takes it only saves a command.
//
//distlock:silent checkthenset
func looks(ctx context.Context, rdb *goredis.Client, work func()) {
	if rdb.Exists(ctx, "lock:looked").Val() > 0 {
		return
	}
	if !rdb.SetNX(ctx, "lock:looked", "1", time.Minute).Val() {
		return
	}
	work()
}
