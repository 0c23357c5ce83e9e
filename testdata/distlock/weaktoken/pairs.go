package weaktoken

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// pairs has two pairs of methods: who locks with a constant deletes, and who has given an id compares it.
type pairs struct{ rdb *redis.Client }

//distlock:silent weaktoken
func (p pairs) Lock(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	return p.rdb.SetNX(ctx, key, 1, ttl).Result()
}

func (p pairs) Unlock(ctx context.Context, key string) error {
	return p.rdb.Del(ctx, key).Err() // want `plaindelete: this deletes the lock of the next holder`
}

func (p pairs) LockWithID(ctx context.Context, key, id string, ttl time.Duration) (bool, error) {
	return p.rdb.SetNX(ctx, key, id, ttl).Result()
}

func (p pairs) UnlockWithID(ctx context.Context, key, id string) error {
	return release.Run(ctx, p.rdb, []string{key}, id).Err()
}
