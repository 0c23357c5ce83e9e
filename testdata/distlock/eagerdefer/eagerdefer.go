// Package eagerdefer has releases that were meant to be deferred.
package eagerdefer

import (
	"context"
	"time"

	redisv8 "github.com/go-redis/redis/v8"
	"github.com/redis/go-redis/v9"
)

func deferErr(ctx context.Context, rdb *redis.Client, key string, work func()) {
	if !rdb.SetNX(ctx, key, 1, 0).Val() { // want `noexpiry`
		return
	}
	defer rdb.Del(ctx, key).Err() // want `eagerdefer: Del runs now, not when the function returns: only the call of Err on its result is deferred`
	work()
}

func result(ctx context.Context, rdb redisv8.Cmdable, key string, work func()) {
	defer rdb.Unlink(ctx, key).Result() // want `eagerdefer: Unlink runs now, not when the function returns: only the call of Result on its result is deferred`
	work()
}

func expire(ctx context.Context, rdb *redis.ClusterClient, key string, work func()) {
	defer rdb.Expire(ctx, key, time.Hour).Val() // want `eagerdefer: Expire runs now, not when the function returns: only the call of Val on its result is deferred`
	work()
}

func script(ctx context.Context, rdb *redis.Client, key, token string, work func()) {
	defer release.Run(ctx, rdb, []string{key}, token).Err() // want `eagerdefer: script runs now, not when the function returns: only the call of Err on its result is deferred`
	work()
}

var release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)

//distlock:silent eagerdefer
func plain(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key)
	work()
}

//distlock:silent eagerdefer
func literal(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer func() { _ = rdb.Del(ctx, key).Err() }()
	work()
}

//distlock:silent eagerdefer
func later(ctx context.Context, rdb *redis.Client, key string, report func(error)) {
	cmd := rdb.Get(ctx, key)
	defer cmd.Err()
	report(rdb.Del(ctx, key).Err())
}
