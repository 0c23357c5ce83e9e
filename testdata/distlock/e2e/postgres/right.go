package postgres

import (
	"context"
	"database/sql"

	"github.com/redis/go-redis/v9"
)

// rightAnyConn is right for wrongReturnedConn too.
func rightAnyConn(ctx context.Context, db *sql.DB, key int64, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
	work()
	return nil
}

// rightXactLock is right for wrongSessionInTx too.
func rightXactLock(ctx context.Context, db *sql.DB, key int64, work func()) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", key); err != nil {
		return err
	}
	work()
	return tx.Commit()
}

func rightBeforeCommit(ctx context.Context, db *sql.DB, rdb *redis.Client, token string, between func()) error {
	ok, err := rdb.SetNX(ctx, "lock:stock", token, ttl).Result()
	if err != nil || !ok {
		return err
	}
	defer unlock.Run(context.WithoutCancel(ctx), rdb, []string{"lock:stock"}, token)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := write(ctx, tx); err != nil {
		return err
	}
	between()
	return tx.Commit()
}

// rightAcquireLease is right for wrongAcquireRow: whoever comes after the end takes it over.
func rightAcquireLease(ctx context.Context, db *sql.DB, owner string) (bool, error) {
	return changed(db.ExecContext(ctx, `INSERT INTO job_lease (job, owner, expires_at) VALUES ('report', $1, now() + interval '200 milliseconds')
		ON CONFLICT (job) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at WHERE job_lease.expires_at < now()`, owner))
}

func rightReleaseLease(ctx context.Context, db *sql.DB, owner string) (bool, error) {
	return changed(db.ExecContext(ctx, "DELETE FROM job_lease WHERE job = 'report' AND owner = $1", owner))
}

func rightWithdraw(ctx context.Context, db *sql.DB, between func()) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT n FROM stock FOR UPDATE").Scan(&n); err != nil {
		return err
	}
	between()
	if _, err := tx.ExecContext(ctx, "UPDATE stock SET n = $1", n-1); err != nil {
		return err
	}
	return tx.Commit()
}
