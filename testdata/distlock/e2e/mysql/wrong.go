package mysql

import (
	"context"
	"database/sql"
)

func wrongAnyConn(ctx context.Context, db *sql.DB, name string, work func()) error {
	var got sql.NullInt64
	if err := db.QueryRowContext(ctx, "SELECT GET_LOCK(?, 1)", name).Scan(&got); err != nil || got.Int64 != 1 { // anyconn
		return err
	}
	defer db.ExecContext(ctx, "SELECT RELEASE_LOCK(?)", name) // anyconn
	work()
	return nil
}

func wrongUnchecked(ctx context.Context, db *sql.DB, name string, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT GET_LOCK(?, 0)", name); err != nil { // unchecked
		return err
	}
	defer conn.ExecContext(ctx, "SELECT RELEASE_LOCK(?)", name)
	work()
	return nil
}

func wrongReturnedConn(ctx context.Context, db *sql.DB, name string, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // returnedconn
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 1)", name).Scan(&got); err != nil || got.Int64 != 1 {
		return err
	}
	work()
	return nil
}

func wrongSessionInTx(ctx context.Context, db *sql.DB, name string, work func()) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var got sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT GET_LOCK(?, 1)", name).Scan(&got); err != nil || got.Int64 != 1 { // sessionintx
		return err
	}
	work()
	return tx.Commit()
}
