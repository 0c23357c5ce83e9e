package neighbours

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The pool has one connection.
//
//distlock:silent anyconn F10
func onePgx(ctx context.Context, dsn string) (ok bool, err error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return false, err
	}
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	err = pool.QueryRow(ctx, "SELECT pg_try_advisory_lock(21)").Scan(&ok)
	return ok, err
}

// A neighbour has more.
func manyPgx(ctx context.Context, dsn string) (ok bool, err error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return false, err
	}
	cfg.MaxConns = 8
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	err = pool.QueryRow(ctx, "SELECT pg_try_advisory_lock(22)").Scan(&ok) // want `anyconn: `
	return ok, err
}

// asking is given a pool, and asks it which session it is in.
type asking struct{ pool *pgxpool.Pool }

//distlock:silent anyconn
func (a *asking) lock(ctx context.Context) (ok bool, err error) {
	err = a.pool.QueryRow(ctx, "SELECT pg_try_advisory_lock(23)").Scan(&ok)
	return ok, err
}

func (a *asking) held(ctx context.Context) (ok bool, err error) {
	err = a.pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 23 AND pid = pg_backend_pid())").Scan(&ok)
	return ok, err
}

// Nobody asks this one.
type unasked struct{ pool *pgxpool.Pool }

func (u *unasked) lock(ctx context.Context) (ok bool, err error) {
	err = u.pool.QueryRow(ctx, "SELECT pg_try_advisory_lock(24)").Scan(&ok) // want `anyconn: `
	return ok, err
}
