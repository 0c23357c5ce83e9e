package plaindelete

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// A store has locks and other keys. The locks are given up by a script.
type lockingStore struct{ rdb *redis.Client }

func (s *lockingStore) name(key string) string { return "store:" + key }

func (s *lockingStore) AcquireLock(ctx context.Context, key, me string) (bool, error) {
	return s.rdb.SetNX(ctx, s.name(key), me, time.Minute).Result()
}

func (s *lockingStore) ReleaseLock(ctx context.Context, key, me string) error {
	return s.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{s.name(key)}, me).Err()
}

//distlock:silent plaindelete
func (s *lockingStore) DeleteKey(ctx context.Context, key string) error {
	return s.rdb.Del(ctx, s.name(key)).Err()
}

// This one gives up its locks so, too.
type deletingStore struct{ rdb *redis.Client }

func (s *deletingStore) name(key string) string { return "deleting:" + key }

func (s *deletingStore) AcquireLock(ctx context.Context, key, me string) (bool, error) {
	return s.rdb.SetNX(ctx, s.name(key), me, time.Minute).Result()
}

func (s *deletingStore) DeleteLock(ctx context.Context, key string) error {
	return s.rdb.Del(ctx, s.name(key)).Err() // want `plaindelete: `
}
