// Package plaindelete has releases that delete the lock of whoever has it.
package plaindelete

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

func deferred(ctx context.Context, rdb *redis.Client, work func()) error {
	ok, err := rdb.SetNX(ctx, "report:lock", "1", time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer rdb.Del(ctx, "report:lock") // want `plaindelete: this deletes the lock of the next holder once lock "report:lock" has expired \(acquired at basic\.go:\d+, one value for all\)`
	work()
	return nil
}

func closure(ctx context.Context, rdb *redis.Client, id, token string, work func()) error {
	key := "lock:" + id
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer func() {
		rdb.Del(ctx, key) // want `plaindelete: this deletes the lock of the next holder once lock "lock:" \+ id has expired \(acquired at basic\.go:\d+\)`
	}()
	work()
	return nil
}

type Mutex struct {
	rdb *redis.Client
	key string
	ttl time.Duration
}

func (m *Mutex) Lock(ctx context.Context) error {
	for {
		ok, err := m.rdb.SetNX(ctx, m.key, 1, m.ttl).Result()
		if err != nil {
			return err
		}
		if ok {
			return nil
		}
		time.Sleep(time.Second)
	}
}

func (m *Mutex) Unlock(ctx context.Context) error {
	return m.rdb.Del(ctx, m.key).Err() // want `plaindelete: this deletes the lock of the next holder once lock m\.key has expired \(acquired at basic\.go:\d+, one value for all\)`
}

type service struct{ rdb *redis.Client }

func (s *service) lock(ctx context.Context, id string) (bool, error) {
	return s.rdb.SetNX(ctx, "svc:"+id, 1, time.Minute).Result()
}

func (s *service) unlock(ctx context.Context, id string) {
	s.rdb.Del(ctx, "svc:"+id) // want `plaindelete: this deletes the lock of the next holder once lock "svc:" \+ id has expired \(acquired at basic\.go:\d+, one value for all\)`
}

func (s *service) run(ctx context.Context, id string, work func()) error {
	ok, err := s.lock(ctx, id)
	if err != nil || !ok {
		return err
	}
	defer s.unlock(ctx, id)
	work()
	return nil
}

// A handle.
type held struct {
	rdb *redis.Client
	key string
}

func acquire(ctx context.Context, rdb *redis.Client, key string) (*held, error) {
	ok, err := rdb.SetNX(ctx, key, "x", time.Minute).Result()
	if err != nil || !ok {
		return nil, err
	}
	return &held{rdb: rdb, key: key}, nil
}

func (h *held) Release(ctx context.Context) error {
	return h.rdb.Del(ctx, h.key).Err() // want `plaindelete: this deletes the lock of the next holder once lock h\.key has expired \(acquired at basic\.go:\d+, one value for all\)`
}
