// Package memcached misuses items of Memcached as locks, and uses them right. Its tests
// show on a real server what the difference is.
package memcached

import (
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

// right leaves the lock to its expiry, since Memcached cannot compare and delete, once
// it may have expired.
func right(mc *memcache.Client, work func()) error {
	if err := mc.Add(&memcache.Item{Key: "lock:d", Value: []byte("1"), Expiration: 1}); err != nil {
		return err
	}
	work()
	return nil
}

const second = 1100 * time.Millisecond
