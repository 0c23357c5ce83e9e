// Package postgres misuses advisory locks of PostgreSQL, and uses them right. Its
// tests show on a real server what the difference is.
package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/redis/go-redis/v9"
)

var unlock = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

// write is what is done under a lock in a transaction: a read, and a write of what
// was computed from it.
func write(ctx context.Context, tx *sql.Tx) error {
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT n FROM stock").Scan(&n); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE stock SET n = $1", n-1)
	return err
}

const ttl = time.Minute

// changed reports whether a statement has changed a row.
func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
