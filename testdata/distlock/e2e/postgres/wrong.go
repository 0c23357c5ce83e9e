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
