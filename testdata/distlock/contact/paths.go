package contact

import (
	"context"
	"errors"
	"log"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

type queue struct{ rdb *redis.Client }

func (q *queue) tryLock(ctx context.Context, key string) (bool, error) {
	return q.rdb.SetNX(ctx, "queue:lock:"+key, "1", time.Minute).Result()
}

func (q *queue) unlock(ctx context.Context, key string) error {
	return q.rdb.Del(ctx, "queue:lock:"+key).Err() // want `plaindelete: `
}

// A second attempt decides what follows it, not the first.
//
//distlock:silent notheld unchecked
func (q *queue) again(ctx context.Context, key string, work func()) {
	ok, _ := q.tryLock(ctx, key)
	for !ok {
		ok, _ = q.tryLock(ctx, key)
		time.Sleep(time.Second)
	}
	work()
	_ = q.unlock(ctx, key)
}

// One that nobody waits for is still no lock.
func (q *queue) once(ctx context.Context, key string, work func()) {
	ok, _ := q.tryLock(ctx, key)
	if !ok {
		time.Sleep(time.Second)
	}
	work()
	_ = q.unlock(ctx, key) // want `notheld: `
}

// The deferred release is asked whether there is something to release.
//
//distlock:silent notheld
func (q *queue) flagged(ctx context.Context, key string, work func() error) error {
	clean := false
	defer func() {
		if clean && key != "" {
			if err := q.unlock(ctx, key); err != nil {
				log.Print(err)
			}
		}
	}()
	ok, err := q.tryLock(ctx, key)
	if err != nil {
		log.Print(err)
		clean = true
	} else if !ok {
		return errors.New("busy")
	} else {
		clean = true
	}
	return work()
}

// Here the flag says so whoever has the lock.
func (q *queue) misflagged(ctx context.Context, key string, work func() error) error {
	clean := true
	defer func() { // want `notheld: `
		if clean {
			_ = q.unlock(ctx, key)
		}
	}()
	ok, err := q.tryLock(ctx, key)
	if err != nil || !ok {
		return errors.New("busy")
	}
	return work()
}

// lock returns with the lock only.
func (q *queue) lock(ctx context.Context, key string) {
	for {
		ok, err := q.tryLock(ctx, key)
		if err != nil {
			log.Print(err)
			continue
		}
		if ok {
			return
		}
		time.Sleep(time.Second)
	}
}

//distlock:silent unchecked
func (q *queue) waits(ctx context.Context, key string, work func()) {
	q.lock(ctx, key)
	defer q.unlock(ctx, key)
	work()
}

// waitThrice gives up.
func (q *queue) waitThrice(ctx context.Context, key string) {
	for range 3 {
		if ok, err := q.tryLock(ctx, key); err == nil && ok {
			return
		}
		time.Sleep(time.Second)
	}
}

func (q *queue) waitsThrice(ctx context.Context, key string, work func()) {
	q.waitThrice(ctx, key) // want `unchecked: `
	defer q.unlock(ctx, key)
	work()
}

var self = "host:1"

func mine(value string) bool { return value == self }

// A function that compares is a comparison.
func (q *queue) compared(ctx context.Context) error {
	if ok, err := q.rdb.SetNX(ctx, "compared:lock", self, time.Minute).Result(); err != nil || !ok {
		return err
	}
	return nil
}

func (q *queue) uncompared(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || !mine(value) {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `comparedelete: `
}

func ours(value string) bool { return strings.HasPrefix(value, "host:") }

func (q *queue) prefixed(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || !ours(value) {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `comparedelete: `
}

func (q *queue) present(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || value == "" {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `plaindelete: `
}
