// Package store wraps clients for other packages.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/go-redsync/redsync/v4"
	"github.com/redis/go-redis/v9"
)

// A Cache passes commands on.
type Cache struct{ rdb *redis.Client }

func (c *Cache) SetNX(ctx context.Context, key string, value any, ttl time.Duration) (bool, error) {
	return c.rdb.SetNX(ctx, "app:"+key, value, ttl).Result()
}

func (c *Cache) Delete(ctx context.Context, keys ...string) error {
	return c.rdb.Del(ctx, "app:"+keys[0]).Err()
}

func (c *Cache) Expire(ctx context.Context, key string, ttl time.Duration) error {
	return c.rdb.Expire(ctx, "app:"+key, ttl).Err()
}

// A Mutex hides a lock of redsync.
type Mutex struct{ m *redsync.Mutex }

func (m *Mutex) Lock() error { return m.m.Lock() }

func (m *Mutex) Unlock() error {
	_, err := m.m.Unlock()
	return err
}

var ErrBusy = errors.New("busy")

// Acquire is to blame itself for what it does.
func Acquire(ctx context.Context, rdb *redis.Client, name string) error {
	ok, err := rdb.SetNX(ctx, "lock:"+name, "1", 0).Result() // want `noexpiry: `
	if err != nil {
		return err
	}
	if !ok {
		return ErrBusy
	}
	return nil
}

func Release(ctx context.Context, rdb *redis.Client, name string) error {
	return rdb.Del(ctx, "lock:"+name).Err()
}
