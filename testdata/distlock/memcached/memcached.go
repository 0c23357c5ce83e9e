// Package memcached has locks that are items of Memcached.
package memcached

import (
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

func deletes(mc *memcache.Client, id string, work func()) error {
	key := "lock:" + id
	if err := mc.Add(&memcache.Item{Key: key, Value: []byte("1"), Expiration: 30}); err != nil {
		return err
	}
	defer mc.Delete(key) // want `plaindelete: this deletes the lock of the next holder once lock "lock:" \+ id has expired \(acquired at memcached\.go:\d+, one value for all\)`
	work()
	return nil
}

func forGood(mc *memcache.Client, id string, work func()) error {
	key := "lock:" + id
	if err := mc.Add(&memcache.Item{Key: key, Value: []byte("1")}); err != nil { // want `noexpiry: `
		return err
	}
	work()
	return mc.Delete(key)
}

func later(mc *memcache.Client, id string, work func()) error {
	item := &memcache.Item{Key: "lock:later:" + id, Value: []byte("1")}
	if err := mc.Add(item); err != nil { // want `twostep: `
		return err
	}
	if err := mc.Touch("lock:later:"+id, 60); err != nil {
		return err
	}
	work()
	return nil
}

func nanoseconds(mc *memcache.Client, id string, ttl time.Duration) error {
	return mc.Add(&memcache.Item{Key: "lock:" + id, Expiration: int32(ttl)}) // want `unit: `
}

func always(mc *memcache.Client, id string, work func()) error {
	key := "lock:" + id
	err := mc.Add(&memcache.Item{Key: key, Expiration: 30})
	defer mc.Delete(key) // want `notheld: ` `plaindelete: `
	if err != nil {
		return err
	}
	work()
	return nil
}

func looks(mc *memcache.Client, id string, work func()) {
	key := "lock:look:" + id
	if _, err := mc.Get(key); err == nil {
		return
	}
	mc.Set(&memcache.Item{Key: key, Expiration: 30}) // want `checkthenset: `
	work()
	mc.Delete(key)
}

// Silent.

// A value is cached, not locked.
//
//distlock:silent plaindelete
func cached(mc *memcache.Client, id string, value []byte) error {
	if err := mc.Add(&memcache.Item{Key: "user:" + id, Value: value, Expiration: 30}); err != nil {
		return mc.Delete("user:" + id)
	}
	return nil
}

//distlock:silent unit
func seconds(mc *memcache.Client, id string, ttl time.Duration) error {
	return mc.Add(&memcache.Item{Key: "lock:" + id, Expiration: int32(ttl / time.Second)})
}

//distlock:silent unit
func rounded(mc *memcache.Client, id string, ttl time.Duration) error {
	return mc.Add(&memcache.Item{Key: "lock:" + id, Expiration: int32(ttl.Seconds())})
}
