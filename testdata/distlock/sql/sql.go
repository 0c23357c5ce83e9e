// Package sql has locks of databases on the wrong connection.
package sql

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
)

// anyconn

func pool(ctx context.Context, db *sql.DB, id int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil { // want `anyconn: the lock stays with a connection that the next statement may not get: pg_advisory_lock runs on the pool`
		return err
	}
	defer db.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", id) // want `anyconn: the lock stays with a connection that the next statement may not get: pg_advisory_unlock runs on the pool`
	work()
	return nil
}

type store struct{ pool *pgxpool.Pool }

func (s *store) tryLock(ctx context.Context, id int64) (bool, error) {
	var ok bool
	err := s.pool.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, id).Scan(&ok) // want `anyconn: the lock stays with a connection that the next statement may not get: pg_try_advisory_lock runs on the pool`
	return ok, err
}

func mysql(db *sqlx.DB, work func()) error {
	var got sql.NullInt64
	if err := db.Get(&got, "SELECT GET_LOCK(?, 10)", "report"); err != nil || got.Int64 != 1 { // want `anyconn: the lock stays with a connection that the next statement may not get: get_lock runs on the pool`
		return err
	}
	work()
	_, err := db.Exec("SELECT RELEASE_LOCK(?)", "report") // want `anyconn: the lock stays with a connection that the next statement may not get: release_lock runs on the pool`
	return err
}

//distlock:silent anyconn returnedconn
func pinned(ctx context.Context, db *sql.DB, id int64, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", id)
	work()
	return nil
}

//distlock:silent anyconn
func single(ctx context.Context, conn *pgx.Conn, id int64, work func()) error {
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	work()
	_, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", id)
	return err
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

//distlock:silent anyconn
func unknown(ctx context.Context, q querier, id int64) error {
	_, err := q.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id)
	return err
}

// xactlock

func noTx(ctx context.Context, db *sql.DB, id int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", id); err != nil { // want `xactlock: the lock is gone when the statement ends: pg_advisory_xact_lock is outside of a transaction`
		return err
	}
	work()
	return nil
}

func noTxTry(ctx context.Context, p *pgxpool.Pool, id int64, work func()) (err error) {
	var ok bool
	if err = p.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", id).Scan(&ok); err != nil || !ok { // want `xactlock: the lock is gone when the statement ends: pg_try_advisory_xact_lock is outside of a transaction`
		return err
	}
	work()
	return nil
}

func (s *store) noTxText(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d);", 17)) // want `xactlock: `
	return err
}

//distlock:silent xactlock sessionintx
func tx(ctx context.Context, db *sql.DB, id int64, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", id); err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

//distlock:silent xactlock
func oneStatement(ctx context.Context, db *sql.DB, id int64) error {
	_, err := db.ExecContext(ctx, `WITH l AS (SELECT pg_advisory_xact_lock($1)) INSERT INTO t (id) SELECT $1 FROM l`, id)
	return err
}

//distlock:silent xactlock
func callback(ctx context.Context, p *pgxpool.Pool, id int64, work func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", id); err != nil {
			return err
		}
		return work(tx)
	})
}

// returnedconn

func returned(ctx context.Context, db *sql.DB, id int64, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // want `returnedconn: the next user of this connection has the lock of pg_try_advisory_lock at sql\.go:\d+: giving it back does not end the session`
	var ok bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", id).Scan(&ok); err != nil || !ok {
		return err
	}
	work()
	return nil
}

func released(ctx context.Context, p *pgxpool.Pool, id int64, work func()) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		conn.Release()
		return err
	}
	work()
	conn.Release() // want `returnedconn: `
	return nil
}

func getLock(ctx context.Context, db *sql.DB, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK('report', 0)").Scan(&got); err != nil {
		return err
	}
	if got.Int64 != 1 {
		return nil
	}
	work()
	return conn.Close() // want `returnedconn: `
}

// The name is an argument, and how long to wait is part of the text.
//
//distlock:silent returnedconn missingrelease
func getNamed(ctx context.Context, db *sql.DB, name string, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 10)", name).Scan(&got); err != nil || got.Int64 != 1 {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK(?)", name)
	work()
	return nil
}

func getNamedAndReturn(ctx context.Context, db *sql.DB, name string, work func() error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 10)", name).Scan(&got); err != nil || got.Int64 != 1 {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: `
	}
	_, err = conn.ExecContext(ctx, "SELECT RELEASE_LOCK(?)", name)
	return err
}

//distlock:silent returnedconn
func hijacked(ctx context.Context, p *pgxpool.Pool, id int64, work func()) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	own := conn.Hijack()
	defer own.Close(ctx)
	if _, err := own.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	work()
	return nil
}

//distlock:silent returnedconn
func unlocked(ctx context.Context, p *pgxpool.Pool, id int64, work func()) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	defer unlock(ctx, conn, id)
	work()
	return nil
}

func unlock(ctx context.Context, conn *pgxpool.Conn, id int64) {
	conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", id)
}

// The connection is kept with the lock.
type leader struct{ conn *sql.Conn }

//distlock:silent returnedconn F8
func (l *leader) campaign(ctx context.Context, db *sql.DB, id int64) (bool, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	var ok bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", id).Scan(&ok); err != nil || !ok {
		conn.Close()
		return false, err
	}
	l.conn = conn
	return true, nil
}

// sessionintx

func inTx(ctx context.Context, db *sql.DB, id int64, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil { // want `sessionintx: the lock stays after commit and rollback, with a connection in the pool: that of pg_advisory_lock is the session's`
		return err
	}
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func inCallback(ctx context.Context, p *pgxpool.Pool, work func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_lock(42)"); err != nil { // want `sessionintx: `
			return err
		}
		return work(tx)
	})
}

func lockTx(tx *sqlx.Tx, name string) (ok bool, err error) {
	err = tx.Get(&ok, "SELECT GET_LOCK(?, 5)", name) // want `sessionintx: the lock stays after commit and rollback, with a connection in the pool: that of get_lock is the session's`
	return ok, err
}

//distlock:silent sessionintx
func unlockedInTx(ctx context.Context, tx *sql.Tx, id int64, work func() error) error {
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	err := work()
	_, _ = tx.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", id)
	return err
}

type migrator struct{ tx *sql.Tx }

//distlock:silent sessionintx
func (m *migrator) lock() error {
	_, err := m.tx.Exec("SELECT pg_advisory_lock(99)")
	return err
}

func (m *migrator) unlock() error {
	_, err := m.tx.Exec("SELECT pg_advisory_unlock(99)")
	return err
}

//distlock:silent sessionintx
func xactInTx(ctx context.Context, tx pgx.Tx, id int64) (ok bool, err error) {
	err = tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1)", id).Scan(&ok)
	return ok, err
}
