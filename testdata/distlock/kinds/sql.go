// Package kinds has kinds of misuse that real code showed.
package kinds

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// A pool behind an interface.

type conn interface {
	ExecContext(ctx context.Context, q string, a ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, q string, a ...any) *sql.Row
}

func acquire(ctx context.Context, db conn) error {
	var n sql.NullInt64
	if err := db.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", "mig", 30).Scan(&n); err != nil { // want `anyconn: `
		return err
	}
	if !n.Valid || n.Int64 != 1 {
		return errors.New("timed out")
	}
	return nil
}

func release(ctx context.Context, db conn) {
	_, _ = db.ExecContext(ctx, "SELECT RELEASE_LOCK(?)", "mig") // want `anyconn: `
}

func migrate(ctx context.Context, db *sql.DB, up func() error) error {
	if err := acquire(ctx, db); err != nil {
		return err
	}
	defer release(ctx, db)
	return up()
}

//distlock:silent anyconn
func acquireOn(ctx context.Context, db conn) error {
	_, err := db.ExecContext(ctx, "SELECT pg_advisory_lock(4711)")
	return err
}

func releaseOn(ctx context.Context, db conn) {
	_, _ = db.ExecContext(ctx, "SELECT pg_advisory_unlock(4711)")
}

func migrateOn(ctx context.Context, pool *sql.DB, up func() error) error {
	db, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := acquireOn(ctx, db); err != nil {
		return err
	}
	defer releaseOn(context.WithoutCancel(ctx), db)
	return up()
}

// A field of an interface's type.

type repo struct{ db conn }

func newRepo(db *sqlx.DB) *repo { return &repo{db: db} }

func (r *repo) lock(ctx context.Context) error {
	_, err := r.db.ExecContext(ctx, "SELECT pg_advisory_lock(815)") // want `anyconn: `
	return err
}

// A try whose answer nobody reads.

func try(ctx context.Context, c *sql.Conn, work func()) error {
	if _, err := c.ExecContext(ctx, "SELECT pg_try_advisory_lock(1)"); err != nil { // want `unchecked: `
		return err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(1)")
	work()
	return nil
}

func tryPool(ctx context.Context, p *pgxpool.Pool) error {
	_, err := p.Exec(ctx, "SELECT pg_try_advisory_lock($1)", 2) // want `anyconn: ` `unchecked: `
	return err
}

func tryTx(tx *gorm.DB, work func(*gorm.DB) error) error {
	return tx.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT pg_try_advisory_xact_lock(?)", 3).Error; err != nil { // want `unchecked: `
			return err
		}
		return work(tx)
	})
}

func getLock(ctx context.Context, c *sql.Conn, work func()) error {
	if _, err := c.ExecContext(ctx, "DO GET_LOCK('a', 10)"); err != nil { // want `unchecked: `
		return err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK('a')")
	work()
	return nil
}

//distlock:silent unchecked
func tryRead(ctx context.Context, c *sql.Conn, work func()) error {
	var ok bool
	if err := c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(1)").Scan(&ok); err != nil || !ok {
		return err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(1)")
	work()
	return nil
}

// The rows that a statement picks by the lock are what says who has it.
//
//distlock:silent unchecked xactlock
func tryWhere(ctx context.Context, db *sql.DB) (sql.Result, error) {
	return db.ExecContext(ctx, "UPDATE jobs SET state = 'run' WHERE id = 1 AND pg_try_advisory_xact_lock(1)")
}

// bun.

func bunPool(ctx context.Context, db *bun.DB, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_lock(?)", 5); err != nil { // want `anyconn: `
		return err
	}
	defer db.NewRaw("SELECT pg_advisory_unlock(?)", 5).Exec(ctx) // want `anyconn: `
	work()
	return nil
}

func bunRaw(ctx context.Context, db *bun.DB) (ok bool, err error) {
	err = db.NewRaw("SELECT pg_try_advisory_lock(?)", 6).Scan(ctx, &ok) // want `anyconn: `
	return ok, err
}

//distlock:silent anyconn sessionintx
func bunConn(ctx context.Context, db *bun.DB, work func()) error {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(?)", 7); err != nil {
		return err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", 7)
	work()
	return nil
}

//distlock:silent xactlock
func bunTx(ctx context.Context, db *bun.DB, work func(bun.Tx) error) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", 8); err != nil {
			return err
		}
		return work(tx)
	})
}

// The lock of a row ends with the statement as well.

func row(ctx context.Context, db *sql.DB, id int64) (balance int64, err error) {
	err = db.QueryRowContext(ctx, "SELECT balance FROM accounts WHERE id = $1 FOR UPDATE", id).Scan(&balance) // want `xactlock: `
	return balance, err
}

func rowPool(ctx context.Context, p *pgxpool.Pool, id int64) (n int64, err error) {
	err = p.QueryRow(ctx, counter, id).Scan(&n) // want `xactlock: `
	return n, err
}

const counter = `
	SELECT n FROM counters
	WHERE id = $1
	FOR NO KEY UPDATE NOWAIT`

//distlock:silent xactlock
func rowTx(ctx context.Context, tx *sql.Tx, id int64) (balance int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT balance FROM accounts WHERE id = $1 FOR UPDATE", id).Scan(&balance)
	return balance, err
}

//distlock:silent xactlock
func rowOneStatement(ctx context.Context, db *sql.DB) (id int64, err error) {
	err = db.QueryRowContext(ctx, `UPDATE jobs SET state = 'run' WHERE id = (SELECT id FROM jobs WHERE state = 'new' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`).Scan(&id)
	return id, err
}

type account struct {
	ID      int64
	Balance int64
}

type accounts struct{ db *gorm.DB }

func openAccounts(d gorm.Dialector) (*accounts, error) {
	db, err := gorm.Open(d)
	if err != nil {
		return nil, err
	}
	return &accounts{db}, nil
}

func (a *accounts) get(ctx context.Context, id int64) (acc account, err error) {
	err = a.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).First(&acc, id).Error // want `xactlock: `
	return acc, err
}

//distlock:silent xactlock
func (a *accounts) add(ctx context.Context, id, n int64) error {
	return a.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var acc account
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(&acc, id).Error; err != nil {
			return err
		}
		acc.Balance += n
		return tx.Save(&acc).Error
	})
}
