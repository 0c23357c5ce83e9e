// Package beforecommit has locks that are released before what was written under
// them can be seen.
package beforecommit

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-redsync/redsync/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/redis/go-redis/v9"
	"go.etcd.io/etcd/client/v3/concurrency"
)

var unlock = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

func straight(ctx context.Context, db *sql.DB, m *redsync.Mutex, id int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id); err != nil {
		m.Unlock()
		return err
	}
	m.UnlockContext(ctx) // want `beforecommit: the next holder of m does not see what was written: the transaction commits later, at beforecommit\.go:\d+`
	return tx.Commit()
}

func callback(ctx context.Context, p *pgxpool.Pool, rdb *redis.Client, key, token string) error {
	return pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		ok, err := rdb.SetNX(ctx, "lock:"+key, token, time.Minute).Result()
		if err != nil || !ok {
			return err
		}
		defer unlock.Run(ctx, rdb, []string{"lock:" + key}, token) // want `beforecommit: the next holder of lock "lock:" \+ key does not see what was written: the transaction commits after the release`
		_, err = tx.Exec(ctx, "INSERT INTO orders (key) VALUES ($1)", key)
		return err
	})
}

type stock struct {
	db    *sqlx.DB
	mutex *concurrency.Mutex
}

func (s *stock) take(ctx context.Context, tx *sqlx.Tx, id int64) error {
	if err := s.mutex.Lock(ctx); err != nil {
		return err
	}
	defer s.mutex.Unlock(ctx) // want `beforecommit: the next holder of s\.mutex does not see what was written: the transaction commits after the release`
	return write(tx, id)
}

func (s *stock) deferred(ctx context.Context, id int64) (err error) {
	tx, err := s.db.Beginx()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tx.Rollback()
			return
		}
		err = tx.Commit()
	}()
	if err = s.mutex.Lock(ctx); err != nil {
		return err
	}
	defer s.mutex.Unlock(ctx) // want `beforecommit: the next holder of s\.mutex does not see what was written: the transaction commits later, at beforecommit\.go:\d+`
	_, err = tx.Exec("DELETE FROM stock WHERE id = ?", id)
	return err
}

func write(tx *sqlx.Tx, id int64) error {
	_, err := tx.Exec("UPDATE stock SET n = n - 1 WHERE id = ?", id)
	return err
}

// Silent: the transaction is over when the lock is released.

//distlock:silent beforecommit
func after(ctx context.Context, db *sql.DB, m *redsync.Mutex, id int64) error {
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(ctx)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id); err != nil {
		return err
	}
	return tx.Commit()
}

//distlock:silent beforecommit
func inOrder(ctx context.Context, db *sql.DB, m *redsync.Mutex, id int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id); err != nil {
		m.Unlock()
		return err
	}
	err = tx.Commit()
	m.UnlockContext(ctx)
	return err
}

// The lock is about something else than what the transaction writes.
//
//distlock:silent beforecommit
func aside(ctx context.Context, tx pgx.Tx, m *redsync.Mutex, id int64, refresh func()) error {
	if _, err := tx.Exec(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id); err != nil {
		return err
	}
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(ctx)
	refresh()
	return nil
}

//distlock:silent beforecommit
func reads(ctx context.Context, tx pgx.Tx, m *redsync.Mutex, id int64) (n int, err error) {
	if err := m.LockContext(ctx); err != nil {
		return 0, err
	}
	defer m.UnlockContext(ctx)
	err = tx.QueryRow(ctx, "SELECT n FROM stock WHERE id = $1", id).Scan(&n)
	return n, err
}

// One transaction for each turn, and one lock.
//
//distlock:silent beforecommit
func turns(ctx context.Context, db *sql.DB, m *redsync.Mutex, ids []int64) error {
	for _, id := range ids {
		if err := m.LockContext(ctx); err != nil {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id)
		}
		if err == nil {
			err = tx.Commit()
		}
		m.UnlockContext(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
