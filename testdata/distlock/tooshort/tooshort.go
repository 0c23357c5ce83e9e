// Package tooshort has locks that expire before what is done under them can end.
package tooshort

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"github.com/gomodule/redigo/redis"
	goredis "github.com/redis/go-redis/v9"
)

var unlock = goredis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

func sleeps(ctx context.Context, rdb *goredis.Client, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, "lock:report", token, 5*time.Second).Result() // want `tooshort: somebody else gets lock "lock:report" during the work: it lives 5s, and the sleep at tooshort\.go:\d+ is 10s`
	if err != nil || !ok {
		return err
	}
	defer unlock.Run(ctx, rdb, []string{"lock:report"}, token)
	time.Sleep(10 * time.Second)
	work()
	return nil
}

func allowed(ctx context.Context, locker *redislock.Client, work func(context.Context) error) error {
	l, err := locker.Obtain(ctx, "report", 30*time.Second, nil) // want `tooshort: somebody else gets the lock during the work: it lives 30s, and the time allowed at tooshort\.go:\d+ is 2m`
	if err != nil {
		return err
	}
	defer l.Release(ctx)
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return work(limited)
}

type jobs struct{ rs *redsync.Redsync }

func (j *jobs) run(ctx context.Context, work func(context.Context) error) error {
	mutex := j.rs.NewMutex("jobs")
	if err := mutex.LockContext(ctx); err != nil { // want `tooshort: somebody else gets mutex during the work: it lives 8s, and the time allowed at tooshort\.go:\d+ is 1m`
		return err
	}
	defer mutex.UnlockContext(ctx)
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return work(limited)
}

func command(conn redis.Conn, token string, work func()) error {
	_, err := redis.String(conn.Do("SET", "lock:job", token, "NX", "EX", 5)) // want `tooshort: somebody else gets lock "lock:job" during the work: it lives 5s, and the sleep at tooshort\.go:\d+ is 1m`
	if err != nil {
		return err
	}
	work()
	time.Sleep(time.Minute)
	_, err = conn.Do("EVAL", `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`, 1, "lock:job", token)
	return err
}

// Silent.

//distlock:silent tooshort
func longer(ctx context.Context, locker *redislock.Client, work func(context.Context) error) error {
	l, err := locker.Obtain(ctx, "report", 5*time.Minute, nil)
	if err != nil {
		return err
	}
	defer l.Release(ctx)
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return work(limited)
}

//distlock:silent tooshort
func (j *jobs) set(ctx context.Context, work func(context.Context) error) error {
	mutex := j.rs.NewMutex("jobs", redsync.WithTries(1), redsync.WithExpiry(2*time.Minute))
	if err := mutex.LockContext(ctx); err != nil {
		return err
	}
	defer mutex.UnlockContext(ctx)
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return work(limited)
}

// What comes after the release does not count, nor what comes before.
//
//distlock:silent tooshort
func after(ctx context.Context, rdb *goredis.Client, token string, work func()) error {
	time.Sleep(time.Minute)
	ok, err := rdb.SetNX(ctx, "lock:report", token, 5*time.Second).Result()
	if err != nil {
		return err
	}
	if !ok {
		time.Sleep(10 * time.Second)
		return nil
	}
	work()
	err = unlock.Run(ctx, rdb, []string{"lock:report"}, token).Err()
	time.Sleep(10 * time.Second)
	return err
}

// The time that is allowed is that of the release.
//
//distlock:silent tooshort
func release(ctx context.Context, locker *redislock.Client, work func()) error {
	l, err := locker.Obtain(ctx, "report", 5*time.Second, nil)
	if err != nil {
		return err
	}
	work()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return l.Release(limited)
}
