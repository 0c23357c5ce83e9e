// Package neighbours has misuse of locks beside code that does right with other
// locks, handles and keys. What is right there excuses nothing here.
package neighbours

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// A pool of one connection, and nobody else's.
func local(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func pool(ctx context.Context, db *sql.DB, id int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil { // want `anyconn: `
		return err
	}
	defer db.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", id) // want `anyconn: `
	work()
	return nil
}

// Two pools of one object: one has one connection, the other has many.
type stores struct {
	queue *sqlx.DB
	main  *sql.DB
}

func newStores(ctx context.Context, path, dsn string) (*stores, error) {
	queue, err := sqlx.Open("sqlite3", path)
	if err != nil {
		return nil, err
	}
	queue.SetMaxOpenConns(1)
	main, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	main.SetMaxOpenConns(10)
	return &stores{queue, main}, nil
}

func (s *stores) lock(ctx context.Context) error {
	_, err := s.main.ExecContext(ctx, "SELECT pg_advisory_lock(7)") // want `anyconn: `
	return err
}

//distlock:silent anyconn
func (s *stores) lockQueue() error {
	var got sql.NullInt64
	return s.queue.Get(&got, "SELECT GET_LOCK('q', 1)")
}

// The connection goes back with the lock; what is unlocked is another session.
func otherHandle(ctx context.Context, db *sql.DB, id int64, work func()) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // want `returnedconn: `
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil {
		return err
	}
	work()
	_, err = db.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", id) // want `anyconn: `
	return err
}
