package contact

import (
	"context"
	"errors"
	"time"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"
)

// What is compared is the error, and not the answer.
//
//distlock:silent answer
func giveBack(ctx context.Context, rdb *redis.Client, key, token string) error {
	n, err := dropScript.Run(ctx, rdb, []string{key}, token).Result()
	if err == redis.Nil {
		return errors.New("not mine")
	}
	if err != nil {
		return err
	}
	if n != int64(1) {
		return errors.New("not mine")
	}
	return nil
}

func giveBackWrong(ctx context.Context, rdb *redis.Client, key, token string) error {
	n, err := dropScript.Run(ctx, rdb, []string{key}, token).Result()
	if err != nil {
		return err
	}
	if n != 1 { // want `answer: the answer never equals the int 1`
		return errors.New("not mine")
	}
	return nil
}

var dropScript = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`)

func tryPart(ctx context.Context, rdb *redis.Client, id string) bool {
	ok, err := rdb.SetNX(ctx, "lock:"+id, "1", time.Minute).Result()
	return err == nil && ok
}

// A deferred literal asks whether the lock is held.
func upload(ctx context.Context, rdb *redis.Client, id string, write func()) {
	held := tryPart(ctx, rdb, id)
	defer func() {
		if held {
			rdb.Del(context.WithoutCancel(ctx), "lock:"+id) // want `plaindelete: `
		}
	}()
	if !held {
		return
	}
	write()
}

func uploadWrong(ctx context.Context, rdb *redis.Client, id string, write func()) {
	held := tryPart(ctx, rdb, id)
	defer func() { // want `notheld: `
		rdb.Del(context.WithoutCancel(ctx), "lock:"+id) // want `plaindelete: `
	}()
	if !held {
		return
	}
	write()
}

// Of two results that may be nil, the first one is the lock.
func stateAndLock(ctx context.Context, locker *redislock.Client, id string) (*redislock.Lock, *string) {
	l, err := locker.Obtain(ctx, id, time.Second, nil)
	if err != nil {
		return nil, nil
	}
	return l, &id
}

func handle(ctx context.Context, locker *redislock.Client, id string, work func(string)) {
	l, state := stateAndLock(ctx, locker, id)
	if l == nil {
		return
	}
	defer l.Release(context.WithoutCancel(ctx))
	work(*state)
}

func handleWrong(ctx context.Context, locker *redislock.Client, id string, work func(string)) {
	l, state := stateAndLock(ctx, locker, id)
	if l == nil {
		return
	}
	if *state == "" {
		return // want `missingrelease: `
	}
	work(*state)
	l.Release(context.WithoutCancel(ctx))
}
