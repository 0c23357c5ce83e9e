// Package contact has shapes that programs were found to have which lockvet had not
// seen before, and judged wrongly.
package contact

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

type locks struct {
	rdb *redis.Client
	own string
}

func (l *locks) tryLock(ctx context.Context, key string) (bool, error) {
	return l.rdb.SetNX(ctx, "lock:"+key, "1", time.Minute).Result()
}

// lock waits. A context that is done has an error.
func (l *locks) lock(ctx context.Context, key string) error {
	for range 3 {
		ok, err := l.tryLock(ctx, key)
		if err != nil {
			return err
		}
		if ok {
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("busy")
}

func (l *locks) unlock(ctx context.Context, key string) error {
	return l.rdb.Del(ctx, "lock:"+key).Err() // want `plaindelete: `
}

//distlock:silent notheld unchecked
func (l *locks) with(ctx context.Context, key string, work func() error) error {
	if err := l.lock(ctx, key); err != nil {
		return err
	}
	defer l.unlock(context.WithoutCancel(ctx), key)
	return work()
}

// What a context that lives says is nil.
func (l *locks) hasty(ctx context.Context, key string) error {
	if ok, err := l.tryLock(ctx, key); err != nil || ok {
		return err
	}
	return ctx.Err()
}

func (l *locks) withHasty(ctx context.Context, key string, work func() error) error {
	if err := l.hasty(ctx, key); err != nil {
		return err
	}
	defer l.unlock(context.WithoutCancel(ctx), key) // want `notheld: `
	return work()
}

// An owner is one that can lock again: where somebody has the lock, it looks who.
type owner struct {
	rdb      *redis.Client
	key, own string
}

func (o *owner) Lock(ctx context.Context) error {
	ok, err := o.rdb.SetNX(ctx, o.key, o.own, time.Minute).Result()
	if err != nil {
		return err
	}
	if !ok {
		who, err := o.rdb.Get(ctx, o.key).Result()
		if err != nil {
			return err
		}
		if who != o.own {
			return errors.New("it is locked by " + who)
		}
		return nil
	}
	return nil
}

func (o *owner) Unlock(ctx context.Context) error {
	return o.rdb.Del(ctx, o.key).Err() // want `plaindelete: `
}

//distlock:silent notheld unchecked F18
func reenter(ctx context.Context, rdb *redis.Client, work func()) error {
	o := &owner{rdb: rdb, key: "lock:reports", own: "me"}
	if err := o.Lock(ctx); err != nil {
		return err
	}
	defer o.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

// A cache, whatever the function around it is called.
//
//distlock:silent checkthenset
func singleflightFunc(ctx context.Context, rdb *redis.Client, id string, load func() string) (string, error) {
	v, err := rdb.Get(ctx, "cache:shop:"+id).Result()
	if err == nil {
		return v, nil
	}
	v = load()
	return v, rdb.Set(ctx, "cache:shop:"+id, v, time.Hour).Err()
}

func forget(ctx context.Context, rdb *redis.Client, id string) {
	rdb.Del(ctx, "cache:shop:"+id)
}

// The script counts up one key and deletes another.
var rollBack = redis.NewScript(`redis.call("INCR", KEYS[1]) redis.call("DEL", KEYS[2]) return 1`)

//distlock:silent noexpiry
func stock(ctx context.Context, rdb *redis.Client, user string, publish func() error) error {
	if err := rdb.SetNX(ctx, "stock:product:1", 1000, 0).Err(); err != nil {
		return err
	}
	if err := publish(); err != nil {
		return rollBack.Run(ctx, rdb, []string{"stock:product:1", "user:" + user}).Err()
	}
	return nil
}

// The second key is the lock.
var done = redis.NewScript(`redis.call("INCR", KEYS[1]) redis.call("DEL", KEYS[2]) return 1`)

func count(ctx context.Context, rdb *redis.Client, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:count", "1", time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	work()
	return done.Run(ctx, rdb, []string{"counted", "lock:count"}).Err() // want `plaindelete: this deletes the lock of the next holder once lock "lock:count" has expired`
}

// What GET says may be that the lock is somebody else's.
//
//distlock:silent missingrelease
func compared(ctx context.Context, rdb *redis.Client, token string, work func() error) error {
	ok, err := rdb.SetNX(ctx, "lock:compared", token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	err = work()
	if v, _ := rdb.Get(ctx, "lock:compared").Result(); v == token {
		rdb.Del(ctx, "lock:compared") // want `comparedelete: `
	}
	return err
}

func comparedLate(ctx context.Context, rdb *redis.Client, token string, work func() error) error {
	ok, err := rdb.SetNX(ctx, "lock:late", token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: `
	}
	if v, _ := rdb.Get(ctx, "lock:late").Result(); v == token {
		rdb.Del(ctx, "lock:late") // want `comparedelete: `
	}
	return nil
}

func RedisLock(ctx context.Context, rdb *redis.Client, name string, seconds int) bool {
	return rdb.SetNX(ctx, name, time.Now().String(), time.Duration(seconds)*time.Second).Val()
}

func UnRedisLock(ctx context.Context, rdb *redis.Client, name string) {
	rdb.Del(ctx, name) // want `plaindelete: this deletes the lock of the next holder once lock name has expired`
}
