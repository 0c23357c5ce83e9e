package postgres

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"distlock.test/e2e/pgtest"
)

// got fails the test if a lock that is a row was not acquired or released as expected.
func got(t *testing.T, what string, want bool) func(bool, error) {
	t.Helper()
	return func(ok bool, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if ok != want {
			t.Errorf("%s: %v, want %v", what, ok, want)
		}
	}
}

func rows(t *testing.T) *sql.DB {
	t.Helper()
	db := pgtest.Start(t).Open(t)
	t.Cleanup(func() { db.Close() })
	for _, table := range []string{"job_locks (job text PRIMARY KEY, owner text)", "page_lock (job text PRIMARY KEY, owner text)", "job_lease (job text PRIMARY KEY, owner text, expires_at timestamptz)"} {
		if _, err := db.Exec("CREATE TABLE " + table); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// The first holder dies. A row stays; a lease is taken over.
func TestRowStays(t *testing.T) {
	db, ctx := rows(t), t.Context()
	got(t, "the first gets the row", true)(wrongAcquireRow(ctx, db, "first"))
	got(t, "the first gets the lease", true)(rightAcquireLease(ctx, db, "first"))
	got(t, "the second gets the lease at once", false)(rightAcquireLease(ctx, db, "second"))
	time.Sleep(300 * time.Millisecond)
	got(t, "the second gets the row", false)(wrongAcquireRow(ctx, db, "second"))
	got(t, "the second releases the row", false)(wrongReleaseRow(ctx, db, "second"))
	got(t, "the second gets the lease", true)(rightAcquireLease(ctx, db, "second"))
}

// The first holder is late: the lease is the second's.
func TestLeaseDeleted(t *testing.T) {
	db, ctx := rows(t), t.Context()
	got(t, "the first gets it", true)(rightAcquireLease(ctx, db, "first"))
	time.Sleep(300 * time.Millisecond)
	got(t, "the second gets it", true)(rightAcquireLease(ctx, db, "second"))
	got(t, "the first releases what it has no more, comparing", false)(rightReleaseLease(ctx, db, "first"))
	got(t, "the third gets it", false)(rightAcquireLease(ctx, db, "third"))
	got(t, "the first releases it, not comparing", true)(wrongReleaseLease(ctx, db))
	got(t, "the third gets it while the second has it", true)(rightAcquireLease(ctx, db, "third"))
}

func TestOverwrite(t *testing.T) {
	db, ctx := rows(t), t.Context()
	l := wrongLock{db}
	got(t, "the first gets it", true)(l.Lock(ctx, "first"))
	got(t, "the second gets it, too", true)(l.Lock(ctx, "second"))
	got(t, "the first has it no more", false)(l.Unlock(ctx, "first"))
}

// Two take one from a stock of ten, the second while the first computes.
func TestForUpdate(t *testing.T) {
	db := rows(t)
	for name, c := range map[string]struct {
		p    func(context.Context, *sql.DB, func()) error
		left int
	}{"wrong": {wrongWithdraw, 9}, "right": {rightWithdraw, 8}} {
		if _, err := db.Exec("DROP TABLE IF EXISTS stock; CREATE TABLE stock (n int); INSERT INTO stock VALUES (10)"); err != nil {
			t.Fatal(err)
		}
		second := make(chan error, 1)
		err := c.p(t.Context(), db, func() {
			go func() { second <- c.p(t.Context(), db, func() {}) }()
			time.Sleep(200 * time.Millisecond) // the second is done, or waits
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		var left int
		if err := db.QueryRow("SELECT n FROM stock").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left != c.left {
			t.Errorf("%s: %d are left, want %d", name, left, c.left)
		}
	}
}
