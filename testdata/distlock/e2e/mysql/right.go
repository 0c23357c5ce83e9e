// Package mysql misuses GET_LOCK of MySQL and MariaDB, and uses it right. Its tests
// show on a real server what the difference is.
package mysql

import (
	"context"
	"database/sql"
)

func right(ctx context.Context, db *sql.DB, name string, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 1)", name).Scan(&got); err != nil || got.Int64 != 1 {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK(?)", name)
	work()
	return nil
}
