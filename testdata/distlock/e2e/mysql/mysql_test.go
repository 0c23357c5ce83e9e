package mysql

import (
	"context"
	"database/sql"
	"testing"

	"distlock.test/e2e/mysqltest"
)

type program func(ctx context.Context, db *sql.DB, name string, work func()) error

// free reports whether another process could have the lock.
func free(t *testing.T, s *mysqltest.Server) bool {
	t.Helper()
	other := s.Open(t)
	defer other.Close()
	var ok sql.NullInt64
	if err := other.QueryRow("SELECT IS_FREE_LOCK('report')").Scan(&ok); err != nil {
		t.Fatal(err)
	}
	return ok.Int64 == 1
}

// After each program the lock is left or free. The one that releases through the pool
// gets another connection for it, since somebody else uses the first one.
func TestLeftLocked(t *testing.T) {
	s := mysqltest.Start(t)
	for name, c := range map[string]struct {
		p    program
		free bool
	}{"anyconn": {wrongAnyConn, false}, "returnedconn": {wrongReturnedConn, false}, "sessionintx": {wrongSessionInTx, false}, "right": {right, true}} {
		db := s.Open(t)
		var busy *sql.Conn
		err := c.p(t.Context(), db, "report", func() {
			var err error
			if busy, err = db.Conn(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		if err != nil || busy == nil {
			t.Fatal(name, err)
		}
		if got := free(t, s); got != c.free {
			t.Errorf("%s: afterwards the lock is free: %v", name, got)
		}
		busy.Close()
		db.Close()
	}
}

// A try whose answer nobody reads works without the lock.
func TestUnchecked(t *testing.T) {
	s := mysqltest.Start(t)
	for name, c := range map[string]struct {
		p     program
		works bool
	}{"wrong": {wrongUnchecked, true}, "right": {right, false}} {
		worked := false
		if err := right(t.Context(), s.Open(t), "report", func() { // has the lock meanwhile
			if err := c.p(t.Context(), s.Open(t), "report", func() { worked = true }); err != nil {
				t.Fatal(err)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if worked != c.works {
			t.Errorf("%s: works while somebody else has the lock: %v", name, worked)
		}
	}
}
