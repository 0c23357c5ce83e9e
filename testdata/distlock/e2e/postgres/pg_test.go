package postgres

import (
	"context"
	"database/sql"
	"testing"

	"github.com/redis/go-redis/v9"

	"distlock.test/e2e/pgtest"
	"distlock.test/e2e/redistest"
)

const key = 17

// free reports whether another process could have the lock.
func free(t *testing.T, s *pgtest.Server) (ok bool) {
	t.Helper()
	other := s.Open(t)
	defer other.Close()
	if err := other.QueryRow("SELECT pg_try_advisory_lock($1)", key).Scan(&ok); err != nil {
		t.Fatal(err)
	}
	return ok // closing other gives it back
}

type program func(ctx context.Context, db *sql.DB, key int64, work func()) error

func run(t *testing.T, p program, db *sql.DB, work func()) {
	t.Helper()
	if err := p(context.Background(), db, key, work); err != nil {
		t.Fatal(err)
	}
}

// The connection that has the lock is in use elsewhere when the lock is released.
func TestAnyConn(t *testing.T) {
	s := pgtest.Start(t)
	for name, c := range map[string]struct {
		p    program
		free bool
	}{"wrong": {wrongAnyConn, false}, "right": {rightAnyConn, true}} {
		db := s.Open(t)
		var busy *sql.Conn
		run(t, c.p, db, func() {
			var err error
			if busy, err = db.Conn(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
		if got := free(t, s); got != c.free {
			t.Errorf("%s: after the release the lock is free: %v", name, got)
		}
		busy.Close()
		db.Close()
	}
}

func TestXactLock(t *testing.T) {
	s := pgtest.Start(t)
	db := s.Open(t)
	run(t, wrongXactLock, db, func() {
		if !free(t, s) {
			t.Error("the lock of a transaction outlasts its statement")
		}
	})
	run(t, rightXactLock, db, func() {
		if free(t, s) {
			t.Error("the lock is not held in the transaction")
		}
	})
	if !free(t, s) {
		t.Error("the lock outlasts the transaction")
	}
}

// What the wrong programs leave locked is so until the pool closes the connection.
func TestLeftLocked(t *testing.T) {
	s := pgtest.Start(t)
	for name, c := range map[string]struct {
		p    program
		free bool
	}{
		"returnedconn": {wrongReturnedConn, false}, "its right": {rightAnyConn, true},
		"sessionintx": {wrongSessionInTx, false}, "its right, too": {rightXactLock, true},
	} {
		db := s.Open(t)
		run(t, c.p, db, func() {})
		if got := free(t, s); got != c.free {
			t.Errorf("%s: afterwards the lock is free: %v", name, got)
		}
		db.Close()
	}
}

// Two take one from a stock of ten. The second one starts while the first has
// written, and not committed.
func TestBeforeCommit(t *testing.T) {
	s, r := pgtest.Start(t), redistest.Start(t)
	db := s.Open(t)
	for name, c := range map[string]struct {
		p    func(context.Context, *sql.DB, *redis.Client, string, func()) error
		left int
	}{"wrong": {wrongBeforeCommit, 9}, "right": {rightBeforeCommit, 8}} {
		if _, err := db.Exec("DROP TABLE IF EXISTS stock; CREATE TABLE stock (n int); INSERT INTO stock VALUES (10)"); err != nil {
			t.Fatal(err)
		}
		read := 0
		second := func() {
			if r.Client.SetNX(t.Context(), "lock:stock", "second", ttl).Val() {
				if err := db.QueryRow("SELECT n FROM stock").Scan(&read); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.p(t.Context(), db, r.Client, "first", second); err != nil {
			t.Fatal(err)
		}
		if read == 0 { // it did not get the lock, and tries again
			second()
		}
		if _, err := db.Exec("UPDATE stock SET n = $1", read-1); err != nil {
			t.Fatal(err)
		}
		r.Client.Del(t.Context(), "lock:stock")
		var left int
		if err := db.QueryRow("SELECT n FROM stock").Scan(&left); err != nil || left != c.left {
			t.Errorf("%s: %d are left (%v), want %d", name, left, err, c.left)
		}
	}
}
