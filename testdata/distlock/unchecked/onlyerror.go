package unchecked

import (
	"context"
	"sync/atomic"
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

// An election notes its answer where the work looks, and is tried again and again.
type noting struct {
	rdb     *redis.Client
	key, me string
	leads   atomic.Bool
}

func (n *noting) run(ctx context.Context) {
	n.attempt(ctx)
	for range time.Tick(time.Minute) {
		if ctx.Err() != nil {
			n.resign(context.WithoutCancel(ctx))
			return
		}
		n.attempt(ctx)
	}
}

//distlock:silent unchecked
func (n *noting) attempt(ctx context.Context) {
	ok, err := n.rdb.SetNX(ctx, n.key, n.me, time.Hour).Result()
	if err != nil {
		n.leads.Store(false)
		return
	}
	n.leads.Store(ok)
}

func (n *noting) resign(ctx context.Context) {
	n.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{n.key}, n.me)
	n.leads.Store(false)
}

// Nobody notes anything.
type forgetting struct {
	rdb     *redis.Client
	key, me string
}

func (f *forgetting) run(ctx context.Context, work func()) {
	f.attempt(ctx) // want `unchecked: `
	work()
	f.resign(context.WithoutCancel(ctx))
}

func (f *forgetting) attempt(ctx context.Context) {
	ok, err := f.rdb.SetNX(ctx, f.key, f.me, time.Hour).Result()
	if err != nil || !ok {
		return
	}
}

func (f *forgetting) resign(ctx context.Context) {
	f.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{f.key}, f.me)
}
