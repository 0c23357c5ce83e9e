// Package unfenced has writes under a lock that a holder who has lost it can still make.
package unfenced

import (
	"context"
	"database/sql"
	"errors"

	"github.com/go-redsync/redsync/v4"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func withdraw(ctx context.Context, db *sql.DB, m *redsync.Mutex, id, balance int64) error {
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(context.WithoutCancel(ctx))
	_, err := db.ExecContext(ctx, "UPDATE accounts SET balance = $1 WHERE id = $2", balance, id) // want `unfenced: this is written even after m is lost: nothing in the statement lets the table refuse it`
	return err
}

// A version is what the table can refuse.
//
//distlock:silent unfenced
func versioned(ctx context.Context, db *sql.DB, m *redsync.Mutex, id, balance, version int64) error {
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(context.WithoutCancel(ctx))
	res, err := db.ExecContext(ctx, "UPDATE accounts SET balance = $1, version = version + 1 WHERE id = $2 AND version = $3", balance, id, version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errors.New("the account has changed"))
	}
	return nil
}

// What is computed in the statement is right whoever runs it.
//
//distlock:silent unfenced
func add(ctx context.Context, db *sql.DB, m *redsync.Mutex, id, amount int64) error {
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(context.WithoutCancel(ctx))
	_, err := db.ExecContext(ctx, "UPDATE accounts SET balance = balance + $1 WHERE id = $2", amount, id)
	return err
}

// The row is locked, too.
//
//distlock:silent unfenced
func locked(ctx context.Context, db *sql.DB, m *redsync.Mutex, id int64) error {
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(context.WithoutCancel(ctx))
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var balance int64
	if err := tx.QueryRowContext(ctx, "SELECT balance FROM accounts WHERE id = $1 FOR UPDATE", id).Scan(&balance); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = $1 WHERE id = $2", balance-1, id); err != nil {
		return err
	}
	return tx.Commit()
}

func configure(ctx context.Context, cli *clientv3.Client, m *concurrency.Mutex, value string) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	_, err := cli.Put(ctx, "/config", value) // want `unfenced: this is written even after m is lost: a transaction that asks IsOwner would be refused`
	return err
}

//distlock:silent unfenced
func configureAsOwner(ctx context.Context, cli *clientv3.Client, m *concurrency.Mutex, value string) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	resp, err := cli.Txn(ctx).If(m.IsOwner()).Then(clientv3.OpPut("/config", value)).Commit()
	if err != nil {
		return err
	}
	if !resp.Succeeded {
		return errors.New("the lock is lost")
	}
	return nil
}

// The lock of a connection is there as long as the connection that writes.
//
//distlock:silent unfenced
func advisory(ctx context.Context, conn *sql.Conn, balance int64) error {
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7)"); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(7)")
	_, err := conn.ExecContext(ctx, "UPDATE accounts SET balance = $1", balance)
	return err
}
