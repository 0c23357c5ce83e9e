// Package claims has keys that are claimed and kept, beside locks that look like them.
package claims

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

type shop struct{ rdb *redis.Client }

func settle(order string) (string, error) {
	if order == "" {
		return "", errors.New("no order")
	}
	return order, nil
}

// The mark of a notification is taken back only where the work has failed.
func (s *shop) notified(ctx context.Context, order string) (answer string, err error) {
	key, marked := "lock:notified:"+order, false
	defer func() {
		if err != nil && marked {
			_ = s.rdb.Del(context.WithoutCancel(ctx), key).Err()
		}
	}()
	ok, err := s.rdb.SetNX(ctx, key, 1, 24*time.Hour).Result()
	if err != nil || !ok {
		return "seen", err
	}
	marked = true
	return settle(order)
}

// This one is a lock: it is given back in any case.
func (s *shop) locked(ctx context.Context, order string) (answer string, err error) {
	key, marked := "lock:settle:"+order, false
	defer func() {
		if marked {
			_ = s.rdb.Del(context.WithoutCancel(ctx), key).Err() // want `plaindelete: .*`
		}
	}()
	ok, err := s.rdb.SetNX(ctx, key, 1, time.Minute).Result()
	if err != nil || !ok {
		return "seen", err
	}
	marked = true
	return settle(order)
}

func (s *shop) claim(ctx context.Context, order string) (bool, error) {
	return s.rdb.SetNX(ctx, "thread:"+order, "pending", 24*time.Hour).Result()
}

func (s *shop) fill(ctx context.Context, order, thread string) error {
	return s.rdb.Set(ctx, "thread:"+order, thread, 24*time.Hour).Err()
}

func (s *shop) drop(ctx context.Context, order string) error {
	return s.rdb.Del(ctx, "thread:"+order).Err()
}

// What is claimed gets its value where the work has not failed.
func (s *shop) thread(ctx context.Context, order string) string {
	ok, err := s.claim(ctx, order)
	if err != nil || !ok {
		return ""
	}
	thread, err := settle(order)
	if err != nil {
		_ = s.drop(ctx, order)
		return ""
	}
	_ = s.fill(ctx, order, thread)
	return thread
}

type elector struct {
	rdb       *redis.Client
	self, key string
	held      bool
}

func (e *elector) TryAcquire(ctx context.Context) (bool, error) {
	return e.rdb.SetNX(ctx, e.key, e.self, 10*time.Second).Result()
}

// Renew asks who has the lock.
func (e *elector) Renew(ctx context.Context) (bool, error) {
	v, err := e.rdb.Get(ctx, e.key).Result()
	if err != nil || v != e.self {
		return false, err
	}
	return true, e.rdb.Expire(ctx, e.key, 10*time.Second).Err() // want `comparedelete: this keeps alive the lock of the next holder if lock e.key expires between GET and Expire`
}

// Extend does not.
func (e *elector) Extend(ctx context.Context) (bool, error) {
	return true, e.rdb.Expire(ctx, e.key, 10*time.Second).Err() // want `loserextends: .*`
}

func (e *elector) run(ctx context.Context) {
	for range time.Tick(3 * time.Second) {
		if !e.held {
			if ok, err := e.TryAcquire(ctx); err == nil && ok {
				e.held = true
			}
			continue
		}
		if ok, err := e.Renew(ctx); err != nil || !ok {
			e.held = false
		}
	}
}

func (e *elector) lose(ctx context.Context) {
	for range time.Tick(3 * time.Second) {
		if ok, err := e.TryAcquire(ctx); err != nil || !ok {
			_, _ = e.Extend(ctx)
			continue
		}
		e.held = true
	}
}

// Two pairs: what never expires is deleted by its holder alone, and what expires has a release that asks.
func tryLock(ctx context.Context, rdb *redis.Client, key string) bool {
	ok, err := rdb.SetNX(ctx, key, "1", 0).Result() // want `noexpiry: .*`
	return err == nil && ok
}

func unlock(ctx context.Context, rdb *redis.Client, key string) { rdb.Del(ctx, key) }

func tryLockFor(ctx context.Context, rdb *redis.Client, key string, ttl time.Duration) (bool, string) {
	token := uuid.NewString()
	ok, err := rdb.SetNX(ctx, key, token, ttl).Result()
	return err == nil && ok, token
}

var release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`)

func unlockSafe(ctx context.Context, rdb *redis.Client, key, token string) {
	release.Run(ctx, rdb, []string{key}, token)
}

// A file that is there already is not this process's lock.
func lockFile(path string) (bool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) // want `noexpiry: .*`
	if os.IsExist(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f.Close()
	return true, nil
}

func unlockFile(path string) error { return os.Remove(path) }

func work(path string) {
	if ok, err := lockFile(path); err != nil || !ok {
		return
	}
	defer unlockFile(path)
	time.Sleep(time.Minute)
}
