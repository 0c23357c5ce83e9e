package unchecked

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// Err of a SETNX is nil also if somebody else has the lock.

type mistaken struct{ rdb *redis.Client }

func (m *mistaken) Lock(ctx context.Context, key, me string) error {
	return m.rdb.SetNX(ctx, "mistaken:lock:"+key, me, time.Minute).Err() // want `unchecked: who does not get lock "mistaken:lock:" \+ key is not told: SetNX says so by its answer, and only its error is looked at`
}

func (m *mistaken) Unlock(ctx context.Context, key, me string) error {
	return m.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{"mistaken:lock:" + key}, me).Err()
}

type asking struct{ rdb *redis.Client }

// Both are looked at.
//
//distlock:silent unchecked
func (a *asking) Lock(ctx context.Context, key, me string) bool {
	answer := a.rdb.SetNX(ctx, "asking:lock:"+key, me, time.Minute)
	if answer.Err() != nil {
		return false
	}
	return answer.Val()
}

// The answer goes to the caller.
//
//distlock:silent unchecked
func (a *asking) TryLock(ctx context.Context, key, me string) *redis.BoolCmd {
	answer := a.rdb.SetNX(ctx, "asking:lock:"+key, me, time.Minute)
	if answer.Err() != nil {
		return nil
	}
	return answer
}

func (a *asking) Unlock(ctx context.Context, key, me string) error {
	return a.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{"asking:lock:" + key}, me).Err()
}

// A value is set where there is none yet: it is no lock.
//
//distlock:silent unchecked
func setDefault(ctx context.Context, rdb *redis.Client) error {
	return rdb.SetNX(ctx, "settings:theme", "dark", 0).Err()
}
