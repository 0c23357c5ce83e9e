package memcached

import (
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"distlock.test/e2e/memcachedtest"
)

func held(mc *memcache.Client, key string) bool {
	_, err := mc.Get(key)
	return err == nil
}

// A process that dies under the lock leaves it.
func TestNoExpiry(t *testing.T) {
	mc := memcachedtest.Start(t)
	for key, c := range map[string]struct {
		p    func(*memcache.Client, func()) error
		held bool
	}{"lock:a": {wrongNoExpiry, true}, "lock:d": {right, false}} {
		func() {
			defer func() { recover() }()
			c.p(mc, func() { panic("dies") })
		}()
		time.Sleep(2 * second) // Memcached counts whole seconds
		if got := held(mc, key); got != c.held {
			t.Errorf("%s: later the lock is held: %v", key, got)
		}
	}
}

// The lock has expired, somebody else has it, and loses it.
func TestPlainDelete(t *testing.T) {
	mc := memcachedtest.Start(t)
	for key, c := range map[string]struct {
		p    func(*memcache.Client, func()) error
		held bool
	}{"lock:b": {wrongPlainDelete, false}, "lock:d": {right, true}} {
		err := c.p(mc, func() {
			time.Sleep(2 * second)
			if err := mc.Add(&memcache.Item{Key: key, Value: []byte("next")}); err != nil {
				t.Error(key, err)
			}
		})
		if err != nil {
			t.Fatal(key, err)
		}
		if got := held(mc, key); got != c.held {
			t.Errorf("%s: the next holder has the lock: %v", key, got)
		}
	}
}

func TestNotHeld(t *testing.T) {
	mc := memcachedtest.Start(t)
	if err := mc.Add(&memcache.Item{Key: "lock:c", Value: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	if err := wrongNotHeld(mc, func() { t.Error("acquired twice") }); err == nil {
		t.Error("no error")
	}
	if held(mc, "lock:c") {
		t.Error("who did not get the lock has not deleted it")
	}
}
