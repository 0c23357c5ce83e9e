package locks

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"distlock.test/e2e/redistest"
)

// fixed says that lockvet -fix has been over this package.
var fixed = os.Getenv("FIXED") != ""

// expect fails the test if what was seen is not what the code as it is, wrong or
// fixed, must do.
func expect(t *testing.T, failure string, happened bool) {
	t.Helper()
	if happened == fixed {
		t.Errorf("%s: %v, fixed: %v", failure, happened, fixed)
	}
}

func TestTwoStep(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	died := make(chan bool)
	go func() {
		defer close(died)
		TwoStep(ctx, s.Client, "k", runtime.Goexit) // dies before it sets the expiry
	}()
	<-died
	s.Advance(1200 * time.Millisecond)
	ok, err := TwoStep(ctx, s.Client, "k", func() {})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the lock of a dead process stays for ever", !ok)
}

func TestPlainDelete(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	_, err := PlainDelete(ctx, s.Client, "k", "first", func() {
		s.Advance(1200 * time.Millisecond)
		if !s.Client.SetNX(ctx, "k", "second", time.Minute).Val() {
			t.Fatal("the lock has not expired")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the lock of the next holder is deleted", s.Client.Get(ctx, "k").Val() != "second")

	// An own lock that has not expired is released by the fixed code too.
	if _, err := PlainDelete(ctx, s.Client, "own", "first", func() {}); err != nil || s.Client.Exists(ctx, "own").Val() != 0 {
		t.Errorf("the own lock is not released: %v", err)
	}
}

func TestLock(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	first, second := &Lock{s.Client, "k", "first"}, &Lock{s.Client, "k", "second"}
	if ok, err := first.TryLock(ctx); err != nil || !ok {
		t.Fatal(ok, err)
	}
	s.Advance(1200 * time.Millisecond)
	if ok, err := second.TryLock(ctx); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if err := first.Unlock(ctx); err != nil {
		t.Fatal(err)
	}
	expect(t, "the lock of the next holder is deleted", s.Client.Get(ctx, "k").Val() != "second")
	if err := second.Unlock(ctx); err != nil || s.Client.Exists(ctx, "k").Val() != 0 {
		t.Errorf("the own lock is not released: %v", err)
	}
}

func TestEagerDefer(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	s.Client.Set(ctx, "k", "token", time.Minute)
	held := int64(0)
	EagerDefer(ctx, s.Client, "k", func() { held = s.Client.Exists(ctx, "k").Val() })
	expect(t, "the work is done without the lock", held == 0)
	if s.Client.Exists(ctx, "k").Val() != 0 {
		t.Error("the lock is not released")
	}
}

func TestUnit(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	if ok, err := Unit(ctx, s.Client, "k", "token"); err != nil || !ok {
		t.Fatal(ok, err)
	}
	s.Advance(100 * time.Millisecond)
	expect(t, "the lock is gone at once", s.Client.Exists(ctx, "k").Val() == 0)
}

func TestUnitOfCommand(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	if err := UnitOfCommand(ctx, s.Client, "k", "token"); err != nil {
		t.Fatal(err)
	}
	ttl := s.Client.PTTL(ctx, "k").Val()
	expect(t, "the lock stays for centuries", ttl > 30*time.Second || ttl < 0)
}
