// Package implemented has locks behind interfaces of its own.
package implemented

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

type locker interface {
	TryLock(ctx context.Context, key string) (bool, error)
	Unlock(ctx context.Context, key string) error
}

type shared struct{ rdb *redis.Client }

func (s shared) TryLock(ctx context.Context, key string) (bool, error) {
	return s.rdb.SetNX(ctx, "lock:"+key, 1, time.Minute).Result()
}

func (s shared) Unlock(ctx context.Context, key string) error {
	return s.rdb.Del(ctx, "lock:"+key).Err() // want `plaindelete: .*`
}

// One process needs no store.
type local struct{ m sync.Map }

func (l *local) TryLock(_ context.Context, key string) (bool, error) {
	_, there := l.m.LoadOrStore(key, true)
	return !there, nil
}

func (l *local) Unlock(_ context.Context, key string) error {
	l.m.Delete(key)
	return nil
}

type jobs struct {
	l    locker
	work func() error
}

func (j *jobs) run(ctx context.Context, name string) error {
	ok, err := j.l.TryLock(ctx, name)
	if err != nil || !ok {
		return err
	}
	defer j.l.Unlock(context.WithoutCancel(ctx), name)
	return j.work()
}

func (j *jobs) forgets(ctx context.Context, name string) error {
	ok, err := j.l.TryLock(ctx, name)
	if err != nil || !ok {
		return err
	}
	if err := j.work(); err != nil {
		return err // want `missingrelease: .*`
	}
	return j.l.Unlock(context.WithoutCancel(ctx), name)
}

// Of two stores nobody knows which one it is.
type slots interface {
	Take(ctx context.Context, key string) (bool, error)
	Give(ctx context.Context, key string) error
}

type here struct{ rdb *redis.Client }

func (h here) Take(ctx context.Context, key string) (bool, error) {
	return h.rdb.SetNX(ctx, "slot:"+key, 1, time.Minute).Result()
}

func (h here) Give(ctx context.Context, key string) error { return h.rdb.Del(ctx, "slot:"+key).Err() }

type there struct{ rdb *redis.Client }

func (t there) Take(ctx context.Context, key string) (bool, error) {
	return t.rdb.SetNX(ctx, "place:"+key, 1, time.Minute).Result()
}

func (t there) Give(ctx context.Context, key string) error {
	return t.rdb.Del(ctx, "place:"+key).Err()
}

func either(ctx context.Context, s slots, work func() error) error {
	ok, err := s.Take(ctx, "lock")
	if err != nil || !ok {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	return s.Give(context.WithoutCancel(ctx), "lock")
}

func open(addr string, work func() error) *jobs {
	if addr == "" {
		return &jobs{&local{}, work}
	}
	return &jobs{shared{redis.NewClient(&redis.Options{Addr: addr})}, work}
}
