// Package deadctx has releases with a context that is cancelled by then.
package deadctx

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func handle(ctx context.Context, locker *redislock.Client, work func(context.Context)) error {
	lock, err := locker.Obtain(ctx, "report", time.Minute, nil)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer lock.Release(ctx) // want `deadctx: the release of lock is refused: the cancel that is deferred later, at deadctx\.go:\d+, runs first`
	defer cancel()
	work(ctx)
	return nil
}

func closure(parent context.Context, m *redsync.Mutex, work func(context.Context)) error {
	ctx, cancel := context.WithCancel(parent)
	if err := m.LockContext(ctx); err != nil {
		cancel()
		return err
	}
	defer func() {
		m.UnlockContext(ctx) // want `deadctx: the release of m is refused: the cancel that is deferred later, at deadctx\.go:\d+, runs first`
	}()
	defer cancel()
	work(ctx)
	return nil
}

func release(ctx context.Context, m *concurrency.Mutex) { _ = m.Unlock(ctx) } // want `deadctx: `

func helper(parent context.Context, m *concurrency.Mutex, work func(context.Context)) error {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	if err := m.Lock(ctx); err != nil {
		cancel()
		return err
	}
	defer release(ctx, m)
	defer cancel()
	work(ctx)
	return nil
}

// The cancel is deferred first, and so runs last.
//
//distlock:silent deadctx
func first(parent context.Context, m *concurrency.Mutex, work func(context.Context)) error {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work(ctx)
	return nil
}

// The release has a context of its own.
//
//distlock:silent deadctx
func own(parent context.Context, m *concurrency.Mutex, work func(context.Context)) error {
	if err := m.Lock(parent); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), time.Second)
		defer cancel()
		_ = m.Unlock(ctx)
	}()
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	work(ctx)
	return nil
}

// Now, not deferred.
//
//distlock:silent deadctx
func now(parent context.Context, m *concurrency.Mutex, work func(context.Context)) error {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	if err := m.Lock(ctx); err != nil {
		return err
	}
	work(ctx)
	return m.Unlock(ctx)
}
