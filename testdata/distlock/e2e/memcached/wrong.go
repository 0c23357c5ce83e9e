package memcached

import "github.com/bradfitz/gomemcache/memcache"

func wrongNoExpiry(mc *memcache.Client, work func()) error {
	if err := mc.Add(&memcache.Item{Key: "lock:a", Value: []byte("1")}); err != nil { // noexpiry
		return err
	}
	work()
	return mc.Delete("lock:a")
}

func wrongPlainDelete(mc *memcache.Client, work func()) error {
	if err := mc.Add(&memcache.Item{Key: "lock:b", Value: []byte("1"), Expiration: 1}); err != nil {
		return err
	}
	work()
	return mc.Delete("lock:b") // plaindelete
}

func wrongNotHeld(mc *memcache.Client, work func()) error {
	defer mc.Delete("lock:c")                                                         // notheld
	if err := mc.Add(&memcache.Item{Key: "lock:c", Value: []byte("1")}); err != nil { // noexpiry
		return err
	}
	work()
	return nil
}
