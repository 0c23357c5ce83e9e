// Package workctx has releases with the context that limits the work.
package workctx

import (
	"context"
	"database/sql"
	"time"

	"github.com/bsm/redislock"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func handle(ctx context.Context, locker *redislock.Client, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	lock, err := locker.Obtain(ctx, "report", 2*time.Minute, nil)
	if err != nil {
		return err
	}
	defer lock.Release(ctx) // want `workctx: the release of lock is refused if the work at workctx\.go:\d+ takes until the deadline: they share the context`
	return work(ctx)
}

type jobs struct{ mutex *concurrency.Mutex }

func (j *jobs) run(parent context.Context, step func(context.Context) bool) error {
	ctx, cancel := context.WithDeadline(parent, time.Now().Add(time.Minute))
	defer cancel()
	if err := j.mutex.Lock(ctx); err != nil {
		return err
	}
	defer func() {
		_ = j.mutex.Unlock(ctx) // want `workctx: the release of j\.mutex is refused if the work at workctx\.go:\d+ takes until the deadline: they share the context`
	}()
	for step(ctx) {
	}
	return nil
}

func advisory(parent context.Context, db *sql.DB, key int64, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", key) // want `workctx: `
	return work(ctx)
}

// The parameter is assigned anew, and a literal uses it.
func again(ctx context.Context, m *concurrency.Mutex, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer func() {
		if err := m.Unlock(ctx); err != nil { // want `workctx: `
			println(err)
		}
	}()
	return work(ctx)
}

// A caller sets the deadline.
func withLock(ctx context.Context, m *concurrency.Mutex, work func(context.Context) error) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer func() {
		_ = m.Unlock(ctx) // want `workctx: `
	}()
	return work(ctx)
}

func upgrade(ctx context.Context, m *concurrency.Mutex, step func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	return withLock(ctx, m, step)
}

// Silent.

// The deadline is that of the acquisition.
//
//distlock:silent workctx
func acquisition(parent context.Context, locker *redislock.Client, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	lock, err := locker.Obtain(ctx, "report", time.Minute, nil)
	if err != nil {
		return err
	}
	defer lock.Release(context.WithoutCancel(ctx))
	return work(parent)
}

// The release has a context of its own.
//
//distlock:silent workctx
func (j *jobs) own(parent context.Context, work func(context.Context)) error {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	if err := j.mutex.Lock(ctx); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), time.Second)
		defer cancel()
		_ = j.mutex.Unlock(ctx)
	}()
	work(ctx)
	return nil
}

// Nothing has a deadline.
//
//distlock:silent workctx
func cancelled(parent context.Context, m *concurrency.Mutex, work func(context.Context)) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work(ctx)
	return nil
}
