package locks

import (
	"context"
	"testing"
	"time"

	"distlock.test/e2e/redistest"
)

// The failures that no single edit repairs.

// noexpiry
func TestNoExpiry(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	s.Client.SetNX(ctx, "k", "dead", 0)
	s.Client.SetNX(ctx, "expires", "dead", time.Second)
	s.Advance(1200 * time.Millisecond)
	if s.Client.SetNX(ctx, "k", "next", 0).Val() {
		t.Error("a lock without expiry has expired")
	}
	if !s.Client.SetNX(ctx, "expires", "next", time.Second).Val() {
		t.Error("a lock with an expiry has not expired")
	}
}

// comparedelete
func TestCompareDelete(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	s.Client.SetNX(ctx, "k", "first", time.Second)
	if s.Client.Get(ctx, "k").Val() != "first" {
		t.Fatal("not acquired")
	}
	s.Advance(1200 * time.Millisecond) // between GET and DEL
	s.Client.SetNX(ctx, "k", "second", time.Minute)
	s.Client.Del(ctx, "k")
	if s.Client.Exists(ctx, "k").Val() != 0 {
		t.Error("the lock of the next holder is still there")
	}
}

// weaktoken
func TestWeakToken(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	const script = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`
	for token, next := range map[string]string{"locked": "locked", "first": "second"} {
		s.Client.Set(ctx, "k", next, time.Minute) // the first lock has expired
		deleted := s.Client.Eval(ctx, script, []string{"k"}, token).Val() == int64(1)
		if deleted != (token == next) {
			t.Errorf("token %q against %q: deleted %v", token, next, deleted)
		}
	}
}

// loserextends
func TestLoserExtends(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	s.Client.SetNX(ctx, "k", "dead", time.Second)
	for range 4 {
		s.Advance(400 * time.Millisecond)
		pipe := s.Client.TxPipeline()
		got := pipe.SetNX(ctx, "k", "next", time.Second)
		pipe.Expire(ctx, "k", time.Second)
		if _, err := pipe.Exec(ctx); err != nil || got.Val() {
			t.Fatal(got.Val(), err)
		}
	}
	if s.Client.Get(ctx, "k").Val() != "dead" {
		t.Error("the lock of a dead holder has expired though others extended it")
	}
}

// deadctx
func TestDeadContext(t *testing.T) {
	s := redistest.Start(t)
	s.Client.Set(context.Background(), "k", "token", time.Minute)
	func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer s.Client.Del(ctx, "k")
		defer cancel()
	}()
	if s.Client.Exists(context.Background(), "k").Val() == 0 {
		t.Error("a cancelled context has released the lock")
	}
}

// checkthenset
func TestCheckThenSet(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	free := func() bool { return s.Client.Exists(ctx, "k").Val() == 0 }
	first, second := free(), free() // both look before one of them sets
	for _, holder := range []bool{first, second} {
		if !holder || s.Client.Set(ctx, "k", "token", time.Minute).Err() != nil {
			t.Error("a lock that is looked at first is not taken by both")
		}
	}
	if !s.Client.SetNX(ctx, "right", "first", time.Minute).Val() || s.Client.SetNX(ctx, "right", "second", time.Minute).Val() {
		t.Error("SETNX does not give the lock to one")
	}
}

// tooshort
func TestTooShort(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	for key, ttl := range map[string]time.Duration{"short": time.Second, "long": time.Minute} {
		if !s.Client.SetNX(ctx, key, "first", ttl).Val() {
			t.Fatal("not acquired")
		}
		s.Advance(1200 * time.Millisecond) // the work
		if got := s.Client.SetNX(ctx, key, "second", ttl).Val(); got != (ttl == time.Second) {
			t.Errorf("%v: somebody else has the lock during the work: %v", ttl, got)
		}
	}
}

// notheld
func TestNotHeld(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	s.Client.SetNX(ctx, "k", "first", time.Minute)
	func() {
		defer s.Client.Del(ctx, "k")
		if s.Client.SetNX(ctx, "k", "second", time.Minute).Val() {
			t.Fatal("acquired twice")
		}
	}()
	if s.Client.Exists(ctx, "k").Val() != 0 {
		t.Error("who did not get the lock has not deleted it")
	}
}

// plainextend
func TestPlainExtend(t *testing.T) {
	ctx, s := context.Background(), redistest.Start(t)
	const script = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("PEXPIRE", KEYS[1], ARGV[2]) end return 0`
	s.Client.SetNX(ctx, "k", "second", time.Second) // the lock of the first has expired
	if n, err := s.Client.Eval(ctx, script, []string{"k"}, "first", 60000).Int(); err != nil || n != 0 {
		t.Errorf("a script that compares has extended the lock of another: %v, %v", n, err)
	}
	if !s.Client.Expire(ctx, "k", time.Minute).Val() || s.Client.TTL(ctx, "k").Val() < 30*time.Second {
		t.Error("EXPIRE has not extended the lock of another")
	}
}

// workctx
func TestWorkContext(t *testing.T) {
	s := redistest.Start(t)
	s.Client.Set(context.Background(), "k", "token", time.Minute)
	func() {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		defer s.Client.Del(ctx, "k")
		<-ctx.Done() // the work
	}()
	if s.Client.Exists(context.Background(), "k").Val() == 0 {
		t.Error("a context after its deadline has released the lock")
	}
}
