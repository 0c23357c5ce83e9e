// Package sqlrow has rows of tables that are locks because they are there.
package sqlrow

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

type locks struct {
	db    *sql.DB
	owner string
}

func (l *locks) Acquire(ctx context.Context, name string) (bool, error) {
	res, err := l.db.ExecContext(ctx, "INSERT INTO job_locks (name, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, l.owner) // want `noexpiry: nobody gets lock job_locks again if this process dies: it never expires \(no column of the row says when it ends\)`
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (l *locks) Release(ctx context.Context, name string) error {
	_, err := l.db.ExecContext(ctx, "DELETE FROM job_locks WHERE name = $1", name)
	return err
}

// With an end, it can be somebody else's by then.
type leases struct {
	db    *sql.DB
	owner string
}

//distlock:silent noexpiry
func (l *leases) Acquire(ctx context.Context, name string) (bool, error) {
	const q = `INSERT INTO leases (name, owner, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET owner = $2, expires_at = $3 WHERE leases.expires_at < now()`
	res, err := l.db.ExecContext(ctx, q, name, l.owner, time.Now().Add(time.Minute))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (l *leases) Release(ctx context.Context, name string) error {
	_, err := l.db.ExecContext(ctx, "DELETE FROM leases WHERE name = $1", name) // want `plaindelete: this deletes the lock of the next holder once lock leases has expired \(acquired at sqlrow.go:42\)`
	return err
}

type owned struct {
	db    *sql.DB
	owner string
}

func (l *owned) Acquire(ctx context.Context, name string) error {
	_, err := l.db.ExecContext(ctx, "INSERT INTO owned_locks (name, owner, locked_at) VALUES ($1, $2, now())", name, l.owner)
	return err
}

//distlock:silent plaindelete
func (l *owned) Release(ctx context.Context, name string) error {
	_, err := l.db.ExecContext(ctx, "DELETE FROM owned_locks WHERE name = $1 AND owner = $2", name, l.owner)
	return err
}

// Everybody gets it.
type replaced struct{ pool *pgxpool.Pool }

func (r *replaced) Lock(ctx context.Context, name, owner string) error {
	_, err := r.pool.Exec(ctx, "INSERT INTO migration_lock (name, owner) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET owner = excluded.owner", name, owner) // want `overwrite: everybody gets lock migration_lock: the statement sets it whether or not somebody has it`
	return err
}

func (r *replaced) Unlock(ctx context.Context, name string) error {
	_, err := r.pool.Exec(ctx, "DELETE FROM migration_lock WHERE name = $1", name)
	return err
}

func migrate(ctx context.Context, db *sql.DB, work func() error) error {
	if _, err := db.ExecContext(ctx, "INSERT INTO schema_lock (id) VALUES (1)"); err != nil { // want `noexpiry: `
		return errors.New("another migration runs")
	}
	if err := work(); err != nil {
		return err // want `missingrelease: `
	}
	_, err := db.ExecContext(ctx, "DELETE FROM schema_lock WHERE id = 1")
	return err
}

// Rows that are called locks, and kept, are data.
//
//distlock:silent noexpiry
func lockSeat(ctx context.Context, db *sql.DB, seat, user string) error {
	_, err := db.ExecContext(ctx, "INSERT INTO seat_locks (seat, user_id) VALUES (?, ?)", seat, user)
	return err
}

// INSERT IGNORE is no error where somebody else has the lock.
func ignoring(ctx context.Context, db *sql.DB, name string, work func()) error {
	if _, err := db.ExecContext(ctx, "INSERT IGNORE INTO report_locks (name, created_at) VALUES (?, now())", name); err != nil {
		return err
	}
	defer db.ExecContext(context.WithoutCancel(ctx), "DELETE FROM report_locks WHERE name = ?", name) // want `notheld: this releases somebody else's lock: lock report_locks was not acquired at sqlrow.go:\d+ on this path`
	work()
	return nil
}

// A sweeper looks for rows that are old.
//
//distlock:silent noexpiry
func swept(ctx context.Context, db *sql.DB, name string, work func()) error {
	if _, err := db.ExecContext(ctx, "INSERT INTO swept_locks (name) VALUES (?)", name); err != nil {
		return err
	}
	defer db.ExecContext(context.WithoutCancel(ctx), "DELETE FROM swept_locks WHERE name = ?", name)
	work()
	return nil
}

func sweep(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "DELETE FROM swept_locks WHERE created_at < now() - interval '1 hour'")
	return err
}

// In a transaction the row goes with it.
//
//distlock:silent noexpiry missingrelease
func inTx(ctx context.Context, db *sql.DB, work func() error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO tx_locks (id) VALUES (1)"); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM tx_locks WHERE id = 1"); err != nil {
		return err
	}
	return tx.Commit()
}
