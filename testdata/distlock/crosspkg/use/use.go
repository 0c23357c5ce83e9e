// Package use learns by facts what functions of another package do.
package use

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"distlock.test/crosspkg/store"
)

func never(ctx context.Context, c *store.Cache, work func()) error {
	ok, err := c.SetNX(ctx, "report", 1, 0) // want `noexpiry: nobody gets lock "app:report" again if this process dies: it never expires \(SetNX has no time to live\)`
	if err != nil || !ok {
		return err
	}
	defer c.Delete(ctx, "report")
	work()
	return nil
}

func twoStep(ctx context.Context, c *store.Cache, key string) (bool, error) {
	ok, err := c.SetNX(ctx, key, 1, 0) // want `twostep: `
	if err == nil && ok {
		err = c.Expire(ctx, key, time.Minute)
	}
	return ok, err
}

func dropped(m *store.Mutex, work func()) {
	m.Lock() // want `unchecked: the code below also runs without m\.m: nobody looks at whether it was acquired`
	defer m.Unlock()
	work()
}

func missing(m *store.Mutex, work func() error) error {
	if err := m.Lock(); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets m\.m before it expires: this path does not release it \(acquired at use\.go:\d+\)`
	}
	return m.Unlock()
}

func notHeld(ctx context.Context, rdb *redis.Client, work func()) error {
	defer store.Release(ctx, rdb, "report") // want `notheld: `
	if err := store.Acquire(ctx, rdb, "report"); err != nil {
		return err
	}
	work()
	return nil
}

// What is wrong with Acquire is reported in its package.
func right(ctx context.Context, rdb *redis.Client, m *store.Mutex, work func()) error {
	if err := store.Acquire(ctx, rdb, "report"); err != nil {
		return err
	}
	defer store.Release(ctx, rdb, "report")
	if err := m.Lock(); err != nil {
		return err
	}
	defer m.Unlock()
	work()
	return nil
}
