package postgres

import (
	"context"
	"database/sql"

	"github.com/redis/go-redis/v9"
)

func wrongAnyConn(ctx context.Context, db *sql.DB, key int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil { // anyconn
		return err
	}
	defer db.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", key) // anyconn
	work()
	return nil
}

func wrongXactLock(ctx context.Context, db *sql.DB, key int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", key); err != nil { // xactlock
		return err
	}
	work()
	return nil
}

func wrongReturnedConn(ctx context.Context, db *sql.DB, key int64, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // returnedconn
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	work()
	return nil
}

func wrongSessionInTx(ctx context.Context, db *sql.DB, key int64, work func()) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil { // sessionintx
		return err
	}
	work()
	return tx.Commit()
}

func wrongBeforeCommit(ctx context.Context, db *sql.DB, rdb *redis.Client, token string, between func()) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	ok, err := rdb.SetNX(ctx, "lock:stock", token, ttl).Result()
	if err != nil || !ok {
		return err
	}
	err = write(ctx, tx)
	unlock.Run(ctx, rdb, []string{"lock:stock"}, token) // beforecommit
	if err != nil {
		return err
	}
	between()
	return tx.Commit()
}

func wrongAcquireRow(ctx context.Context, db *sql.DB, owner string) (bool, error) {
	res, err := db.ExecContext(ctx, "INSERT INTO job_locks (job, owner) VALUES ('report', $1) ON CONFLICT DO NOTHING", owner) // noexpiry
	return changed(res, err)
}

func wrongReleaseRow(ctx context.Context, db *sql.DB, owner string) (bool, error) {
	return changed(db.ExecContext(ctx, "DELETE FROM job_locks WHERE job = 'report' AND owner = $1", owner))
}

func wrongReleaseLease(ctx context.Context, db *sql.DB) (bool, error) {
	return changed(db.ExecContext(ctx, "DELETE FROM job_lease WHERE job = 'report'")) // plaindelete
}

type wrongLock struct{ db *sql.DB }

func (l wrongLock) Lock(ctx context.Context, owner string) (bool, error) {
	return changed(l.db.ExecContext(ctx, "INSERT INTO page_lock (job, owner) VALUES ('report', $1) ON CONFLICT (job) DO UPDATE SET owner = excluded.owner", owner)) // overwrite
}

func (l wrongLock) Unlock(ctx context.Context, owner string) (bool, error) {
	return changed(l.db.ExecContext(ctx, "DELETE FROM page_lock WHERE job = 'report' AND owner = $1", owner))
}

func wrongWithdraw(ctx context.Context, db *sql.DB, between func()) error {
	var n int
	if err := db.QueryRowContext(ctx, "SELECT n FROM stock FOR UPDATE").Scan(&n); err != nil { // xactlock
		return err
	}
	between()
	_, err := db.ExecContext(ctx, "UPDATE stock SET n = $1", n-1)
	return err
}
