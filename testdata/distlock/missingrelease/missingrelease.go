// Package missingrelease has paths that keep a lock which others release.
package missingrelease

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"github.com/redis/go-redis/v9"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func early(ctx context.Context, m *concurrency.Mutex, load func() (int, error), store func(int)) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	n, err := load()
	if err != nil {
		return err // want `missingrelease: nobody gets m before the session ends: this path does not release it \(acquired at missingrelease\.go:\d+\)`
	}
	store(n)
	return m.Unlock(ctx)
}

func setnx(ctx context.Context, rdb *redis.Client, key, token string, work func() error) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Hour).Result()
	if err != nil || !ok {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets lock key before it expires: this path does not release it \(acquired at missingrelease\.go:\d+\)`
	}
	return release.Run(ctx, rdb, []string{key}, token).Err()
}

var release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)

func handle(ctx context.Context, locker *redislock.Client, n int, work func()) {
	lock, err := locker.Obtain(ctx, "report", time.Hour, nil)
	if err != nil {
		return
	}
	if n == 0 {
		return // want `missingrelease: nobody gets the lock before it expires: this path does not release it \(acquired at missingrelease\.go:\d+\)`
	}
	work()
	lock.Release(ctx)
}

type service struct{ rs *redsync.Redsync }

func (s *service) acquire(name string) (*redsync.Mutex, error) {
	m := s.rs.NewMutex(name)
	if err := m.Lock(); err != nil {
		return nil, err
	}
	return m, nil
}

func (s *service) run(name string, work func() error) error {
	m, err := s.acquire(name)
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets the lock before it expires: this path does not release it \(acquired at missingrelease\.go:\d+\)`
	}
	_, err = m.Unlock()
	return err
}

func loop(m *redsync.Mutex, items []string, work func(string) bool) {
	for _, item := range items {
		if m.Lock() != nil {
			continue
		}
		if !work(item) {
			return // want `missingrelease: nobody gets m before it expires: this path does not release it \(acquired at missingrelease\.go:\d+\)`
		}
		m.Unlock()
	}
}

// Deferred, whatever happens.
//
//distlock:silent missingrelease
func deferred(ctx context.Context, m *concurrency.Mutex, work func() error) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer func() {
		_ = m.Unlock(context.WithoutCancel(ctx))
	}()
	return work()
}

// A constructor of locks: its caller releases.
//
//distlock:silent missingrelease
func obtain(ctx context.Context, locker *redislock.Client, check func() error) (*redislock.Lock, error) {
	lock, err := locker.Obtain(ctx, "report", time.Hour, nil)
	if err != nil {
		return nil, err
	}
	if err := check(); err != nil {
		lock.Release(ctx)
		return nil, err
	}
	return lock, nil
}

// It returns a function that releases.
//
//distlock:silent missingrelease
func unlocker(m *redsync.Mutex) (func(), error) {
	if err := m.Lock(); err != nil {
		return nil, err
	}
	return func() { m.Unlock() }, nil
}

// A goroutine releases.
//
//distlock:silent missingrelease F6
func background(m *redsync.Mutex, work func() error, fast bool) error {
	if err := m.Lock(); err != nil {
		return err
	}
	if fast {
		_, err := m.Unlock()
		return err
	}
	go func() {
		defer m.Unlock()
		work()
	}()
	return nil
}

// The lock is kept in a field for later.
type leader struct{ lock *redislock.Lock }

//distlock:silent missingrelease F8
func (l *leader) campaign(ctx context.Context, locker *redislock.Client, ready func() bool) error {
	lock, err := locker.Obtain(ctx, "leader", time.Minute, nil)
	if err != nil {
		return err
	}
	if !ready() {
		return lock.Release(ctx)
	}
	l.lock = lock
	return nil
}

// Released under the condition it was acquired under.
//
//distlock:silent missingrelease
func conditional(ctx context.Context, m *concurrency.Mutex, exclusive bool, work func()) error {
	if exclusive {
		if err := m.Lock(ctx); err != nil {
			return err
		}
	}
	work()
	if exclusive {
		return m.Unlock(ctx)
	}
	return nil
}

// When the session has ended, there is nothing left to release.
//
//distlock:silent missingrelease
func untilEnd(ctx context.Context, s *concurrency.Session, m *concurrency.Mutex, stop chan struct{}) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	select {
	case <-stop:
		return m.Unlock(ctx)
	case <-s.Done():
	}
	return context.Canceled
}

// Another case of the same statement says nothing of the session.
func untilStop(ctx context.Context, s *concurrency.Session, m *concurrency.Mutex, stop, pause chan struct{}) error {
	if err := m.Lock(ctx); err != nil {
		return err
	}
	select {
	case <-stop:
		return m.Unlock(ctx)
	case <-s.Done():
		return context.Canceled
	case <-pause:
		return context.Canceled // want `missingrelease: nobody gets m before the session ends: this path does not release it \(acquired at missingrelease\.go:\d+\)`
	}
}
