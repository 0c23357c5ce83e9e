// Package lostsignal has renewals whose result nobody looks at. Contexts that say
// that a lock is lost are in package rueidis.
package lostsignal

import (
	"context"
	"log"
	"time"

	"cirello.io/dynamolock/v2"
	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"github.com/redis/go-redis/v9"
)

func watchdog(ctx context.Context, m *redsync.Mutex, tick <-chan time.Time) {
	for {
		select {
		case <-tick:
			m.ExtendContext(ctx) // want `lostsignal: the work goes on when the lock is lost: the result of the renewal, which says so, is dropped`
		case <-ctx.Done():
			return
		}
	}
}

type holder struct{ lock *redislock.Lock }

func (h *holder) keep(ctx context.Context, step func() bool) {
	for step() {
		_ = h.lock.Refresh(ctx, time.Minute, nil) // want `lostsignal: the work goes on when the lock is lost: the result of the renewal, which says so, is dropped`
	}
}

var extend = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("PEXPIRE", KEYS[1], ARGV[2]) end return 0`)

func background(ctx context.Context, rdb *redis.Client, key, token string) {
	go func() {
		for range time.Tick(time.Second) {
			extend.Run(ctx, rdb, []string{key}, token, 60000) // want `lostsignal: `
		}
	}()
}

func beat(c *dynamolock.Client, lock *dynamolock.Lock) {
	c.SendHeartbeat(lock) // want `lostsignal: `
}

//distlock:silent lostsignal
func looks(ctx context.Context, m *redsync.Mutex, step func() bool) {
	for step() {
		if ok, err := m.ExtendContext(ctx); err != nil || !ok {
			return
		}
	}
}

//distlock:silent lostsignal
func (h *holder) Refresh(ctx context.Context) error { return h.lock.Refresh(ctx, time.Minute, nil) }

// Who it belongs to does not matter to an expiry.
//
//distlock:silent lostsignal
func touch(ctx context.Context, rdb *redis.Client, user string) {
	rdb.Expire(ctx, "online:"+user, time.Minute)
}

// The error says that Redis was not reached. That the lock is lost is a reply of 0.
func keepOn(ctx context.Context, rdb *redis.Client, key, token string, failed func(error)) {
	for range time.Tick(time.Second) {
		if _, err := extend.Run(ctx, rdb, []string{key}, token, 60000).Result(); err != nil { // want `lostsignal: the work goes on when the lock is lost: the script says so by a reply of 0, and nobody looks at it`
			failed(err)
		}
	}
}

func keepPrinting(ctx context.Context, rdb *redis.Client, key, token string) {
	const script = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("EXPIRE", KEYS[1], ARGV[2]) end return 0`
	for range time.Tick(time.Second) {
		_, err := rdb.Eval(ctx, script, []string{key}, token, 60).Result() // want `lostsignal: the work goes on when the lock is lost: the script says so by a reply of 0`
		if err != nil {
			log.Println("cannot renew", key, err)
		}
	}
}

func renewOnce(ctx context.Context, rdb *redis.Client, key, token string) error {
	return extend.Run(ctx, rdb, []string{key}, token, 60000).Err() // want `lostsignal: the work goes on when the lock is lost: the script says so by a reply of 0`
}

var extendOrNil = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("PEXPIRE", KEYS[1], ARGV[2]) end return false`)

// A reply of false is the error redis.Nil.
//
//distlock:silent lostsignal
func renewOrNil(ctx context.Context, rdb *redis.Client, key, token string) error {
	return extendOrNil.Run(ctx, rdb, []string{key}, token, 60000).Err()
}

//distlock:silent lostsignal
func renewLooking(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	n, err := extend.Run(ctx, rdb, []string{key}, token, 60000).Int64()
	return n == 1, err
}

//distlock:silent lostsignal
func renewCmd(ctx context.Context, rdb *redis.Client, key, token string) *redis.Cmd {
	return extend.Run(ctx, rdb, []string{key}, token, 60000)
}

// The script is kept in a field.
type scripts struct {
	rdb    *redis.Client
	extend *redis.Script
	other  *redis.Script
}

func newScripts(rdb *redis.Client) *scripts {
	return &scripts{
		rdb:    rdb,
		extend: redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("EXPIRE", KEYS[1], 60) end return 0`),
		other:  redis.NewScript(`return redis.call("GET", KEYS[1])`),
	}
}

func (s *scripts) Refresh(ctx context.Context, key, token string) error {
	_, err := s.extend.Run(ctx, s.rdb, []string{key}, token).Int() // want `lostsignal: the work goes on when the lock is lost: the script says so by a reply of 0`
	return err
}

//distlock:silent lostsignal
func (s *scripts) Run(ctx context.Context, key string) error {
	return s.other.Run(ctx, s.rdb, []string{key}).Err()
}
