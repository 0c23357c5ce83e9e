package deadctx

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The function returns since the context has ended, and the release is given it.
func untilDone(ctx context.Context, locker *redislock.Client, step func()) error {
	lock, err := locker.Obtain(ctx, "steps", time.Minute, nil)
	if err != nil {
		return err
	}
	defer lock.Release(ctx) // want `deadctx: the release of lock is refused if the function returns at ended\.go:\d+: its context has ended then`
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
			step()
		}
	}
}

func waited(ctx context.Context, locker *redislock.Client) error {
	lock, err := locker.Obtain(ctx, "waited", time.Minute, nil)
	if err != nil {
		return err
	}
	<-ctx.Done()
	release, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return lock.Release(release) // want `deadctx: the release of lock is refused: its context has ended at ended\.go:\d+`
}

// hold returns when the connection or the context has ended.
func hold(ctx context.Context, conn *pgxpool.Conn) {
	for {
		select {
		case <-time.After(time.Second):
			if conn.Ping(ctx) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func lead(ctx context.Context, pool *pgxpool.Pool, elected func()) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return
	}
	defer conn.Release()
	var ok bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(7)").Scan(&ok); err != nil || !ok {
		return
	}
	elected()
	hold(ctx, conn)
	_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock(7)") // want `deadctx: the release of 7 is refused if its context has ended, which makes hold return at ended\.go:\d+`
}

// Silent.

// Another context has ended.
//
//distlock:silent deadctx
func other(ctx, stop context.Context, locker *redislock.Client, step func()) error {
	lock, err := locker.Obtain(ctx, "other", time.Minute, nil)
	if err != nil {
		return err
	}
	defer lock.Release(ctx)
	for {
		select {
		case <-stop.Done():
			return stop.Err()
		case <-time.After(time.Second):
			step()
		}
	}
}

// The release has a context that does not end.
//
//distlock:silent deadctx
func lasts(ctx context.Context, locker *redislock.Client) error {
	lock, err := locker.Obtain(ctx, "lasts", time.Minute, nil)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return lock.Release(context.WithoutCancel(ctx))
}

// The way on which the context ends does not hold the lock.
//
//distlock:silent deadctx
func waitsFirst(ctx context.Context, locker *redislock.Client, ready <-chan struct{}, work func()) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-ready:
	}
	lock, err := locker.Obtain(ctx, "first", time.Minute, nil)
	if err != nil {
		return err
	}
	defer lock.Release(ctx)
	work()
	return nil
}

// The caller is told that the context has ended.
//
//distlock:silent deadctx
func told(ctx context.Context, locker *redislock.Client, steps <-chan func()) error {
	lock, err := locker.Obtain(ctx, "told", time.Minute, nil)
	if err != nil {
		return err
	}
	if err := next(ctx, steps); err != nil {
		return lock.Release(context.WithoutCancel(ctx))
	}
	return lock.Release(ctx)
}

func next(ctx context.Context, steps <-chan func()) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case step := <-steps:
		step()
		return nil
	}
}

// The release stands where the select statement has found the end.
func untilEither(ctx context.Context, locker *redislock.Client, lost <-chan struct{}) error {
	lock, err := locker.Obtain(ctx, "either", time.Minute, nil)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return lock.Release(ctx) // want `deadctx: the release of lock is refused: its context has ended at ended\.go:149`
	case <-lost:
		return lock.Release(context.WithoutCancel(ctx))
	}
}
