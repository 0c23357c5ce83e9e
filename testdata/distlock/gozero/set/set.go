// Package set says how long its locks live.
package set

import "github.com/zeromicro/go-zero/core/stores/redis"

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
