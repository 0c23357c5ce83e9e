// Package silent has the shapes F1 to F17 that look like misuse and are not.
package silent

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// F1: a marker.
//
//distlock:silent noexpiry F1
func vote(ctx context.Context, rdb *redis.Client, user int) bool {
	ok, _ := rdb.SetNX(ctx, fmt.Sprintf("voted:%d", user), "1", 0).Result()
	return ok
}

// F2: a notification latch, reset elsewhere before it is set.
//
//distlock:silent noexpiry missingrelease F2
func latch(ctx context.Context, rdb *redis.Client, healthy bool, send func()) {
	lockKey := "alert:lock"
	if healthy {
		rdb.Del(ctx, lockKey)
		return
	}
	if ok := rdb.SetNX(ctx, lockKey, "1", time.Hour).Val(); ok {
		send()
	}
}

// F3: an account is locked; whoever does it does not matter.
//
//distlock:silent unchecked F3
func lockout(ctx context.Context, rdb *redis.Client, user string, ttl time.Duration) {
	lockKey := "lockout:" + user
	_ = rdb.SetNX(ctx, lockKey, "1", ttl).Err()
}

func unlockAccount(ctx context.Context, rdb *redis.Client, user string) error {
	return rdb.Del(ctx, "lockout:"+user).Err()
}

// F4: a claim, given back if the work fails.
//
//distlock:silent plaindelete missingrelease F4
func once(ctx context.Context, rdb *redis.Client, id string, work func() error) error {
	key := "event:" + id
	ok, err := rdb.SetNX(ctx, key, "1", 24*time.Hour).Result()
	if err != nil {
		return err
	}
	if !ok {
		return nil
	}
	if err := work(); err != nil {
		rdb.Del(ctx, key)
		return err
	}
	return nil
}

// F5: a helper that returns with the lock held, or gives it back.
//
//distlock:silent noexpiry missingrelease F5
func preLock(ctx context.Context, rdb *redis.Client, name, id string) (bool, string) {
	key := "bootstrap:" + name
	ok, err := rdb.SetNX(ctx, key, id, 0).Result()
	if err != nil {
		return false, ""
	}
	if !ok {
		return false, rdb.Get(ctx, key).Val()
	}
	if err := rdb.Set(ctx, "task:"+id, "", 0).Err(); err != nil {
		rdb.Del(ctx, key)
		return false, ""
	}
	return true, ""
}

// F6: the lock is handed to a goroutine, which releases it.
//
//distlock:silent missingrelease F6
func handOver(ctx context.Context, rdb *redis.Client, name string, prepare func() error, work func()) error {
	key, token := "recovery:"+name, uuid.NewString()
	ok, err := rdb.SetNX(ctx, key, token, time.Hour).Result()
	if err != nil || !ok {
		return err
	}
	if err := prepare(); err != nil {
		releaseKey(ctx, rdb, key, token)
		return err
	}
	go run(ctx, rdb, key, token, work)
	return nil
}

func run(ctx context.Context, rdb *redis.Client, key, token string, work func()) {
	defer releaseKey(ctx, rdb, key, token)
	work()
}

func releaseKey(ctx context.Context, rdb *redis.Client, key, token string) {
	compareAndDelete.Run(ctx, rdb, []string{key}, token)
}

var compareAndDelete = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)

// F7: a client that passes commands on.
type RedisClient struct{ client *redis.Client }

//distlock:silent noexpiry F7
func (c *RedisClient) SetNX(ctx context.Context, key string, value any, ttl time.Duration) (bool, error) {
	return c.client.SetNX(ctx, key, value, ttl).Result()
}

//distlock:silent plaindelete F7
func (c *RedisClient) Del(ctx context.Context, key string) error {
	return c.client.Del(ctx, key).Err()
}

//distlock:silent loserextends F7
func (c *RedisClient) Expire(ctx context.Context, key string, ttl time.Duration) error {
	return c.client.Expire(ctx, key, ttl).Err()
}

// F9: once per period and for all, without unlocking.
//
//distlock:silent missingrelease F9
func nightly(ctx context.Context, rdb *redis.Client, work func()) {
	lockKey := "cron:lock:" + time.Now().Format("20060102")
	if rdb.SetNX(ctx, lockKey, 1, 24*time.Hour).Val() {
		work()
	}
}

// F11: a lock is taken away on purpose.
//
//distlock:silent plaindelete F11
func (s *service) ForceRelease(ctx context.Context, name string) error {
	return s.rdb.Del(ctx, "svc:lock:"+name).Err()
}

type service struct{ rdb *redis.Client }

func (s *service) Acquire(ctx context.Context, name, token string) (bool, error) {
	return s.rdb.SetNX(ctx, "svc:lock:"+name, token, time.Minute).Result()
}

func (s *service) Release(ctx context.Context, name, token string) error {
	return compareAndDelete.Run(ctx, s.rdb, []string{"svc:lock:" + name}, token).Err()
}

// F12: the owner is checked in a transaction, or by the server.
//
//distlock:silent plaindelete F12
func watch(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	work()
	return rdb.Watch(ctx, func(tx *redis.Tx) error {
		if tx.Get(ctx, key).Val() != token {
			return nil
		}
		_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.Del(ctx, key)
			return nil
		})
		return err
	}, key)
}

//distlock:silent plaindelete F12
func ifEqual(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer rdb.DelExArgs(ctx, key, redis.DelExArgs{Mode: "IFEQ", MatchValue: token})
	work()
	return nil
}

// F16: a deferred release after a loop of attempts.
//
//distlock:silent missingrelease notheld F16
func attempts(ctx context.Context, rdb *redis.Client, key, token string, work func()) bool {
	acquired := false
	for range 3 {
		if acquired = rdb.SetNX(ctx, key, token, time.Minute).Val(); acquired {
			break
		}
		time.Sleep(time.Second)
	}
	if !acquired {
		return false
	}
	defer compareAndDelete.Run(ctx, rdb, []string{key}, token)
	work()
	return true
}

// F4 in a loop, and without results.
//
//distlock:silent plaindelete F4
func enqueue(ctx context.Context, rdb *redis.Client, ids []string, publish func(string) error, acked func() bool) {
	for _, id := range ids {
		key := "task:" + id
		if ok, err := rdb.SetNX(ctx, key, 1, time.Hour).Result(); err != nil || !ok {
			continue
		}
		if err := publish(id); err != nil {
			rdb.Del(ctx, key)
			continue
		}
		if !acked() {
			rdb.Del(ctx, key)
		}
	}
}

//distlock:silent plaindelete F4
func start(ctx context.Context, rdb *redis.Client, id string, publish func(string) error) {
	key := "task:" + id
	if !rdb.SetNX(ctx, key, 1, time.Hour).Val() {
		return
	}
	if err := publish(id); err != nil {
		rdb.Del(ctx, key)
		return
	}
}
