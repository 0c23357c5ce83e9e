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
