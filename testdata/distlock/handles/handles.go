// Package handles has locks that a function returns as objects of the program's own.
package handles

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

type lock struct {
	rdb        *redis.Client
	key, token string
}

var errBusy = errors.New("busy")

func obtain(ctx context.Context, rdb *redis.Client, name, token string) (*lock, error) {
	key := "lock:" + name
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errBusy
	}
	return &lock{rdb: rdb, key: key, token: token}, nil
}

const compareAndDelete = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`

func (l *lock) Release(ctx context.Context) error {
	return l.rdb.Eval(ctx, compareAndDelete, []string{l.key}, l.token).Err()
}

func forgets(ctx context.Context, rdb *redis.Client, token string, work func() error) error {
	l, err := obtain(ctx, rdb, "forgets", token)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets lock "lock:forgets" before it expires`
	}
	return l.Release(ctx)
}

func handler(rdb *redis.Client, token string, work func() error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l, err := obtain(r.Context(), rdb, r.FormValue("id"), token)
		if err != nil {
			return
		}
		defer l.Release(r.Context()) // want `deadctx: `
		_ = work()
	}
}

// The caller gets the lock.
//
//distlock:silent missingrelease
func begin(ctx context.Context, rdb *redis.Client, token string, check func() error) (*lock, error) {
	l, err := obtain(ctx, rdb, "begin", token)
	if err != nil {
		return nil, err
	}
	if err := check(); err != nil {
		_ = l.Release(ctx)
		return nil, err
	}
	return l, nil
}

type job struct{ lock *lock }

// An object keeps it.
func (j *job) begin(ctx context.Context, rdb *redis.Client, token string, work func() error) error {
	l, err := obtain(ctx, rdb, "job", token)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		_ = l.Release(ctx)
		return err
	}
	j.lock = l
	return nil
}

// Another function releases it.
func (j *job) gives(ctx context.Context, rdb *redis.Client, token string, finish func(*lock), work func() error) error {
	l, err := obtain(ctx, rdb, "gives", token)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		_ = l.Release(ctx)
		return err
	}
	finish(l)
	return nil
}

// Two locks with two names.
func two(ctx context.Context, rdb *redis.Client, token string, work func() error) error {
	one, err := obtain(ctx, rdb, "one", token)
	if err != nil {
		return err
	}
	defer one.Release(context.WithoutCancel(ctx))
	two, err := obtain(ctx, rdb, "two", token)
	if err != nil {
		return err
	}
	defer two.Release(context.WithoutCancel(ctx))
	return work()
}

type leader struct {
	conn *pgxpool.Conn
	key  int64
}

func tryLead(ctx context.Context, pool *pgxpool.Pool, key int64) (*leader, bool, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, false, err
	}
	var ok bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&ok); err != nil || !ok {
		conn.Release()
		return nil, false, err
	}
	return &leader{conn: conn, key: key}, true, nil
}

func (l *leader) Release(ctx context.Context) {
	_, _ = l.conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", l.key)
	l.conn.Release()
}

func lead(ctx context.Context, every func(func())) error {
	every(func() { _ = ctx.Err() })
	<-ctx.Done()
	return ctx.Err()
}

func campaign(ctx context.Context, pool *pgxpool.Pool, every func(func())) error {
	for {
		l, ok, err := tryLead(ctx, pool, 17)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		err = lead(ctx, every)
		l.Release(ctx) // want `deadctx: the release of 17 is refused: its context has ended when lead returns, at handles\.go:\d+`
		if err != nil {
			return err
		}
	}
}
