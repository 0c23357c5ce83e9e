package neighbours

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"
)

// One lock is renewed, the other is not.

func renewed(ctx context.Context, locker *redislock.Client, work func(context.Context) error) error {
	l, err := locker.Obtain(ctx, "renewed", 30*time.Second, nil)
	if err != nil {
		return err
	}
	defer l.Release(context.WithoutCancel(ctx))
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	go func() {
		for limited.Err() == nil {
			time.Sleep(10 * time.Second)
			if err := l.Refresh(limited, 30*time.Second, nil); err != nil {
				cancel()
				return
			}
		}
	}()
	return work(limited)
}

type cache struct{}

func (*cache) Refresh(context.Context) {}

func notRenewed(ctx context.Context, locker *redislock.Client, views *cache, work func(context.Context) error) error {
	l, err := locker.Obtain(ctx, "not renewed", 30*time.Second, nil) // want `tooshort: `
	if err != nil {
		return err
	}
	defer l.Release(context.WithoutCancel(ctx))
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	views.Refresh(limited)
	return work(limited)
}

func notRenewedKey(ctx context.Context, rdb *redis.Client, token string) error {
	ok, err := rdb.SetNX(ctx, "lock:a", token, time.Second).Result() // want `tooshort: `
	if err != nil || !ok {
		return err
	}
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{"lock:a"}, token)
	time.Sleep(time.Minute)
	return nil
}

//distlock:silent tooshort
func renewedKey(ctx context.Context, rdb *redis.Client, token string) error {
	ok, err := rdb.SetNX(ctx, "lock:b", token, time.Second).Result()
	if err != nil || !ok {
		return err
	}
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{"lock:b"}, token)
	go renewKey(ctx, rdb, token)
	time.Sleep(time.Minute)
	return nil
}

func renewKey(ctx context.Context, rdb *redis.Client, token string) {
	for extend.Run(ctx, rdb, []string{"lock:b"}, token).Err() == nil { // want `lostsignal: `
		time.Sleep(time.Second / 4)
	}
}

var (
	release = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)
	extend  = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("PEXPIRE", KEYS[1], 1000) end return 0`)
)

// A type whose name is that of a marker has locks as well.
type sessionCache struct{ rdb *redis.Client }

func (s *sessionCache) rebuild(ctx context.Context, id string, work func()) error {
	ok, err := s.rdb.SetNX(ctx, "rebuild:"+id, 1, 0).Result() // want `noexpiry: `
	if err != nil || !ok {
		return err
	}
	work()
	return s.finish(ctx, id)
}

func (s *sessionCache) finish(ctx context.Context, id string) error {
	return s.rdb.Del(ctx, "rebuild:"+id).Err()
}

// Locks of users and of orders: an order's is renewed, a user's never expires.

func lockUser(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, 0).Result() // want `noexpiry: `
}

func unlockUser(ctx context.Context, rdb *redis.Client, key, token string) error {
	return release.Run(ctx, rdb, []string{key}, token).Err()
}

func lockOrder(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, time.Minute).Result()
}

func extendOrderLock(ctx context.Context, rdb *redis.Client, key string) error {
	return rdb.Expire(ctx, key, time.Minute).Err()
}

// Two acquisitions of keys that look alike: one expires, the other does not.

func holdForGood(ctx context.Context, rdb *redis.Client, id, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:job:"+id, token, 0).Result() // want `noexpiry: `
	if err != nil || !ok {
		return err
	}
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{"lock:job:" + id}, token)
	work()
	return nil
}

func hold(ctx context.Context, rdb *redis.Client, id, token string) (bool, error) {
	return rdb.SetNX(ctx, "lock:job:"+id, token, time.Minute).Result()
}

func letGo(ctx context.Context, rdb *redis.Client, id string) error {
	return rdb.Del(ctx, "lock:job:"+id).Err() // want `plaindelete: `
}

// A look at a key and a write of it, while another lock was held before.
func lookAndTake(ctx context.Context, rdb *redis.Client, id, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:other", token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	release.Run(ctx, rdb, []string{"lock:other"}, token)
	n, err := rdb.Exists(ctx, "lock:look:"+id).Result()
	if err != nil || n > 0 {
		return err
	}
	rdb.Set(ctx, "lock:look:"+id, token, time.Minute) // want `checkthenset: `
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{"lock:look:" + id}, token)
	work()
	return nil
}

// What a transaction watches is one key; the lock is another.
func watchedOther(ctx context.Context, rdb *redis.Client, id string, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:watch:"+id, id, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	return rdb.Watch(ctx, func(tx *redis.Tx) error {
		work()
		return rdb.Del(ctx, "lock:watch:"+id).Err() // want `plaindelete: `
	}, "balance")
}
