// Package gozero has locks of go-zero that expire at once.
package gozero

import (
	"context"

	"github.com/zeromicro/go-zero/core/stores/redis"
)

func short(store *redis.Redis, work func()) error {
	l := redis.NewRedisLock(store, "report")
	ok, err := l.Acquire() // want `tooshort: somebody else gets l after half a second: SetExpire is never called`
	if err != nil || !ok {
		return err
	}
	defer l.Release()
	work()
	return nil
}

type service struct{ lock *redis.RedisLock }

func (s *service) run(ctx context.Context, work func()) {
	if ok, err := s.lock.AcquireCtx(ctx); err != nil || !ok { // want `tooshort: somebody else gets s\.lock after half a second: SetExpire is never called`
		return
	}
	defer s.lock.ReleaseCtx(ctx)
	work()
}

func literal(store *redis.Redis, work func()) func() {
	return func() {
		l := redis.NewRedisLock(store, "report")
		if ok, _ := l.Acquire(); ok { // want `tooshort: `
			work()
			l.Release()
		}
	}
}

func dropped(l *redis.RedisLock, work func()) {
	l.Acquire() // want `tooshort: ` `unchecked: `
	defer l.Release()
	work()
}
