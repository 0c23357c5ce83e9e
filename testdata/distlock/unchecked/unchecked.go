// Package unchecked has acquisitions whose result decides nothing.
package unchecked

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"github.com/go-zookeeper/zk"
	"github.com/redis/go-redis/v9"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func dropped(m *redsync.Mutex, work func()) {
	m.Lock() // want `unchecked: the code below also runs without m: nobody looks at whether it was acquired`
	defer m.Unlock()
	work()
}

func blank(ctx context.Context, m *concurrency.Mutex, work func()) {
	_ = m.Lock(ctx) // want `unchecked: the code below also runs without m: nobody looks at whether it was acquired`
	defer m.Unlock(ctx)
	work()
}

func logged(l *zk.Lock, work func()) {
	if err := l.Lock(); err != nil { // want `unchecked: the code below also runs without l: the function continues where it was not acquired`
		log.Println(err)
	}
	defer l.Unlock()
	work()
}

func setnx(ctx context.Context, rdb *redis.Client, key string, work func()) {
	rdb.SetNX(ctx, key, 1, 0) // want `unchecked: the code below also runs without lock key: nobody looks at whether it was acquired` `noexpiry: `
	work()
	rdb.Del(ctx, key)
}

func notObtained(ctx context.Context, locker *redislock.Client, work func()) error {
	lock, err := locker.Obtain(ctx, "report", time.Minute, nil) // want `unchecked: the code below also runs without the lock: the function continues where it was not acquired`
	if err == redislock.ErrNotObtained {
		log.Println("somebody else has it")
	} else if err != nil {
		return err
	}
	defer lock.Release(ctx)
	work()
	return nil
}

type guard struct{ m *redsync.Mutex }

func (g *guard) enter() error { return g.m.Lock() }

func (g *guard) leave() { g.m.Unlock() }

func (g *guard) run(work func()) {
	g.enter() // want `unchecked: the code below also runs without g\.m: nobody looks at whether it was acquired`
	defer g.leave()
	work()
}

func closure(m *redsync.Mutex, work func()) func() {
	return func() {
		m.Lock() // want `unchecked: `
		defer m.Unlock()
		work()
	}
}

//distlock:silent unchecked
func returned(m *redsync.Mutex, work func()) error {
	if err := m.Lock(); err != nil {
		return err
	}
	defer m.Unlock()
	work()
	return nil
}

//distlock:silent unchecked F16
func retried(m *redsync.Mutex, work func()) {
	for m.TryLock() != nil {
		time.Sleep(time.Second)
	}
	defer m.Unlock()
	work()
}

//distlock:silent unchecked
func flagged(ctx context.Context, m *concurrency.Mutex, work func()) {
	held := true
	if err := m.TryLock(ctx); err != nil {
		held = false
	}
	if held {
		defer m.Unlock(ctx)
		work()
	}
}

// What was begun is cleaned up.
//
//distlock:silent unchecked
func rollback(m *redsync.Mutex, work func()) error {
	err := m.Lock()
	if err != nil {
		m.Unlock()
		return err
	}
	work()
	_, err = m.Unlock()
	return err
}

// A fatal error ends the process.
//
//distlock:silent unchecked
func fatal(l *zk.Lock, work func()) {
	if err := l.Lock(); err != nil {
		log.Fatal(err)
	}
	defer l.Unlock()
	work()
}

// The handle says whether there is a lock.
//
//distlock:silent unchecked
func handle(ctx context.Context, locker *redislock.Client, work func()) {
	lock, _ := locker.Obtain(ctx, "report", time.Minute, nil)
	if lock == nil {
		return
	}
	defer lock.Release(ctx)
	work()
}

// What is deferred first is decided later.
//
//distlock:silent unchecked
func deferredFirst(m *redsync.Mutex, work func()) error {
	err := m.TryLock()
	defer func() { m.Unlock() }()
	if err != nil {
		return err
	}
	work()
	return nil
}

type logger struct{ write func(string) }

func (l logger) Panicf(format string, args ...any) { l.write(fmt.Sprintf(format, args...)) }

// A logger ends the goroutine, which its body does not show.
//
//distlock:silent unchecked
func (l logger) run(m *redsync.Mutex, work func()) {
	if err := m.TryLock(); err != nil {
		l.Panicf("busy: %v", err)
	}
	defer m.Unlock()
	work()
}
