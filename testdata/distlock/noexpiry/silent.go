package noexpiry

import (
	"context"
	"fmt"
	"time"

	redisv9 "github.com/redis/go-redis/v9"
)

// A marker that is never given up.
//
//distlock:silent noexpiry F1
func vote(ctx context.Context, rdb *redisv9.Client, user int) (bool, error) {
	return rdb.SetNX(ctx, fmt.Sprintf("voted:%d", user), "1", 0).Result()
}

// A notification that is sent once, until the state changes.
//
//distlock:silent noexpiry F2
func notify(ctx context.Context, rdb *redisv9.Client, down bool, send func()) {
	lockKey := "alert:sent"
	if !down {
		rdb.Del(ctx, lockKey)
		return
	}
	if ok, _ := rdb.SetNX(ctx, lockKey, "1", 0).Result(); ok {
		send()
	}
}

// A claim that is given back if it fails.
//
//distlock:silent noexpiry F4
func process(ctx context.Context, rdb *redisv9.Client, id string, work func() error) error {
	key := "processed:" + id
	ok, err := rdb.SetNX(ctx, key, "1", 0).Result()
	if err != nil || !ok {
		return err
	}
	if err := work(); err != nil {
		rdb.Del(ctx, key)
		return err
	}
	return nil
}

// A counter that starts at zero.
//
//distlock:silent noexpiry
func count(ctx context.Context, rdb *redisv9.Client, key string) (int64, error) {
	if err := rdb.SetNX(ctx, key, 0, 0).Err(); err != nil {
		return 0, err
	}
	return rdb.Incr(ctx, key).Result()
}

//distlock:silent noexpiry
func withTTL(ctx context.Context, rdb *redisv9.Client, token string, ttl time.Duration, work func()) error {
	ok, err := rdb.SetNX(ctx, "report:lock", token, ttl).Result()
	if err != nil || !ok {
		return err
	}
	work()
	return release.Run(ctx, rdb, []string{"report:lock"}, token).Err()
}

var release = redisv9.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)
