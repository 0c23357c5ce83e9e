package client

import (
	"time"

	"golang.org/x/tools/go/ssa"
)

// https://pkg.go.dev/github.com/bradfitz/gomemcache/memcache. Add stores an item if
// there is none of its key. Delete takes no token: what has expired is compared and
// replaced by CompareAndSwap.
func addMemcached() {
	register(library{rows: map[string]row{
		"Client.Add":            {special: memcachedItem(Acquire, false)},
		"Client.Set":            {special: memcachedItem(Write, false)},
		"Client.CompareAndSwap": {special: memcachedItem(Extend, true)},
		"Client.Touch":          {op: Extend, backend: Memcached, ttl: 1, unit: time.Second},
		"Client.Get":            {op: Read, backend: Memcached, outcomes: errOnly},
		"Client.Delete":         {op: Release, backend: Memcached},
	}}, "github.com/bradfitz/gomemcache/memcache")
}

func memcachedItem(op Op, owned bool) func(call) []Event {
	return func(c call) []Event {
		if len(c.args) < 1 {
			return nil
		}
		fields := Fields(c.args[0])
		if fields == nil || fields["Key"] == nil {
			return nil
		}
		ev := Event{Op: op, Backend: Memcached, Command: c.name, Keys: []ssa.Value{fields["Key"]}, Token: fields["Value"], Owned: owned, Outcomes: errOnly}
		ev.TTL.Kind = TTLNever
		if v := fields["Expiration"]; v != nil {
			ev.TTL = TTL{Kind: TTLValue, Value: v, Unit: time.Second}
		}
		return []Event{ev}
	}
}
