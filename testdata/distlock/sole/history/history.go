// Package history locks on whatever runs SQL.
package history

import (
	"context"
	"database/sql"
)

// Runner is a pool, a connection or a transaction.
type Runner interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

const key = 17

// Repo has one implementation.
type Repo interface {
	Acquire(ctx context.Context, on Runner) (bool, error)
	Release(ctx context.Context, on Runner) error
}

type repo struct{}

func New() Repo { return repo{} }

func (repo) Acquire(ctx context.Context, on Runner) (ok bool, err error) {
	err = on.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&ok)
	return ok, err
}

func (repo) Release(ctx context.Context, on Runner) error {
	_, err := on.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", key)
	return err
}
