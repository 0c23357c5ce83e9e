// Package locker has a locker of the program's own.
package locker

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

type Locker struct{ c *redis.Client }

const compareAndDelete = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`

func (l *Locker) Acquire(ctx context.Context, name, token string) (bool, error) {
	return l.c.SetNX(ctx, "lock:"+name, token, time.Minute).Result()
}

func (l *Locker) Release(ctx context.Context, name, token string) error {
	return l.c.Eval(ctx, compareAndDelete, []string{"lock:" + name}, token).Err()
}
