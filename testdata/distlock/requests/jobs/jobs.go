// Package jobs locks for its callers, with their contexts.
package jobs

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"distlock.test/kinds/locker"
)

type Jobs struct{ Locks *locker.Locker }

// Run releases with the context of its caller.
func (j *Jobs) Run(ctx context.Context, name string, work func(context.Context) error) error {
	ok, err := j.Locks.Acquire(ctx, "job", "t1")
	if err != nil || !ok {
		return err
	}
	defer func() {
		_ = j.Locks.Release(ctx, "job", "t1")
	}()
	return work(ctx)
}

// RunTraced passes it on, with a value.
func (j *Jobs) RunTraced(ctx context.Context, name string, work func(context.Context) error) error {
	return j.Run(context.WithValue(ctx, traced{}, name), name, work)
}

type traced struct{}

// RunToEnd does not.
func (j *Jobs) RunToEnd(ctx context.Context, name string, work func(context.Context) error) error {
	return j.Run(context.WithoutCancel(ctx), name, work)
}

// RunOwned has a context for the release.
func (j *Jobs) RunOwned(ctx context.Context, name string, work func(context.Context) error) error {
	ok, err := j.Locks.Acquire(ctx, "owned", "t1")
	if err != nil || !ok {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = j.Locks.Release(ctx, "owned", "t1")
	}()
	return work(ctx)
}

// Fill is given two contexts.
func Fill(load, ctx context.Context, rdb *redis.Client, fill func(context.Context) error) error {
	ok, err := rdb.SetNX(load, "fill:lock", "1", 0).Result() // want `noexpiry: `
	if err != nil || !ok {
		return err
	}
	defer rdb.Del(ctx, "fill:lock")
	return fill(load)
}
