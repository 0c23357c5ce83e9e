// Package migrate has pools and connections to lock on.
package migrate

import (
	"context"
	"database/sql"

	"distlock.test/sole/history"
)

func pooled(ctx context.Context, db *sql.DB, repo history.Repo, work func() error) error {
	ok, err := repo.Acquire(ctx, db) // want `anyconn: the lock stays with a connection that the next statement may not get: pg_try_advisory_lock runs on the pool`
	if err != nil || !ok {
		return err
	}
	defer repo.Release(context.WithoutCancel(ctx), db) // want `anyconn: `
	return work()
}

// The call in the literal is the one to report.
func literal(ctx context.Context, db *sql.DB, repo history.Repo, work func() error) error {
	ok, err := repo.Acquire(ctx, db) // want `anyconn: `
	if err != nil || !ok {
		return err
	}
	defer func() {
		if err := repo.Release(context.WithoutCancel(ctx), db); err != nil { // want `anyconn: `
			println(err)
		}
	}()
	return work()
}

func outer(ctx context.Context, db *sql.DB, repo history.Repo) error {
	return literal(ctx, db, repo, func() error { return nil })
}

//distlock:silent anyconn
func pinned(ctx context.Context, db *sql.DB, repo history.Repo, work func() error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ok, err := repo.Acquire(ctx, conn)
	if err != nil || !ok {
		return err
	}
	defer repo.Release(context.WithoutCancel(ctx), conn)
	return work()
}

// The pool has one connection, and a neighbour's has more.
//
//distlock:silent anyconn
func single(ctx context.Context, dsn string, repo history.Repo, work func() error) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	ok, err := repo.Acquire(ctx, db)
	if err != nil || !ok {
		return err
	}
	defer repo.Release(context.WithoutCancel(ctx), db)
	return work()
}
