// Package set says how long its locks live.
package set

import "github.com/zeromicro/go-zero/core/stores/redis"

//distlock:silent tooshort
func run(store *redis.Redis, work func()) error {
	l := redis.NewRedisLock(store, "report")
	l.SetExpire(30)
	ok, err := l.Acquire()
	if err != nil || !ok {
		return err
	}
	defer l.Release()
	work()
	return nil
}

type service struct{ lock *redis.RedisLock }

func newService(store *redis.Redis) *service {
	l := redis.NewRedisLock(store, "service")
	l.SetExpire(10)
	return &service{l}
}

//distlock:silent tooshort
func (s *service) run(work func()) {
	if ok, err := s.lock.Acquire(); err != nil || !ok {
		return
	}
	defer s.lock.Release()
	work()
}

//distlock:silent tooshort
func literal(l *redis.RedisLock, work func()) func() error {
	return func() error {
		if ok, err := l.Acquire(); err != nil || !ok {
			return err
		}
		defer l.Release()
		work()
		return nil
	}
}
