package deadctx

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const compareAndDelete = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`

type locks struct{ rdb *redis.Client }

// The function that is returned has a context that is cancelled by then.
func (l *locks) returned(ctx context.Context, key string) (func() error, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, key, me, time.Minute).Result()
	if err != nil || !ok {
		return nil, err
	}
	return func() error { return l.rdb.Eval(ctx, compareAndDelete, []string{key}, me).Err() }, nil // want `deadctx: the release of lock key is refused: its context is cancelled when returned returns, at outlived.go:18`
}

// So it has where another function makes it.
func (l *locks) passedOn(ctx context.Context, key string, wait time.Duration) (func() error, error) {
	var cancel context.CancelFunc
	if wait > 0 {
		ctx, cancel = context.WithTimeout(ctx, wait)
	}
	defer func() {
		if cancel != nil {
			cancel()
		}
	}()
	return l.acquire(ctx, key)
}

func (l *locks) acquire(ctx context.Context, key string) (func() error, error) {
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, key, me, time.Minute).Result()
	if err != nil || !ok {
		return nil, err
	}
	return func() error { return l.rdb.Eval(ctx, compareAndDelete, []string{key}, me).Err() }, nil // want `deadctx: the release of lock key is refused: its context is cancelled when passedOn returns, at outlived.go:33`
}

// The context of the caller lives on.
//
//distlock:silent deadctx
func (l *locks) callers(ctx context.Context, key string) (func() error, error) {
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(short, key, me, time.Minute).Result()
	if err != nil || !ok {
		return nil, err
	}
	return func() error { return l.rdb.Eval(ctx, compareAndDelete, []string{key}, me).Err() }, nil
}

// Who gets the function cancels the context with it.
//
//distlock:silent deadctx
func (l *locks) together(ctx context.Context, key string) (func() error, error) {
	ctx, cancel := context.WithCancel(ctx)
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, key, me, time.Minute).Result()
	if err != nil || !ok {
		cancel()
		return nil, err
	}
	return func() error {
		defer cancel()
		return l.rdb.Eval(ctx, compareAndDelete, []string{key}, me).Err()
	}, nil
}

func report() {}

func query(ctx context.Context) {}

// The context is made for the acquisition, and the lock outlives it.
func (l *locks) outlived() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	unlock, err := l.plain(ctx, "outlived:lock")
	if err != nil || unlock == nil {
		return err
	}
	defer func() { _ = unlock() }() // want `deadctx: the release of lock "outlived:lock" is refused if the work takes more than 5s: its context ends then, and the lock lives 1m`
	report()
	return nil
}

func (l *locks) plain(ctx context.Context, key string) (func() error, error) {
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, key, me, time.Minute).Result()
	if err != nil || !ok {
		return nil, err
	}
	return func() error { return l.rdb.Eval(ctx, compareAndDelete, []string{key}, me).Err() }, nil
}

func (l *locks) outlivedHere() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, "here:lock", me, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer l.rdb.Eval(ctx, compareAndDelete, []string{"here:lock"}, me) // want `deadctx: the release of lock "here:lock" is refused if the work takes more than 5s: its context ends then, and the lock lives 1m`
	report()
	return nil
}

// The context limits the work, too.
//
//distlock:silent deadctx
func (l *locks) limited() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, "limited:lock", me, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer l.rdb.Eval(ctx, compareAndDelete, []string{"limited:lock"}, me)
	query(ctx)
	return nil
}

// The lock is gone before the context is.
//
//distlock:silent deadctx
func (l *locks) expired() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, "expired:lock", me, 5*time.Second).Result()
	if err != nil || !ok {
		return err
	}
	defer l.rdb.Eval(ctx, compareAndDelete, []string{"expired:lock"}, me)
	report()
	return nil
}

// The release has a context of its own.
//
//distlock:silent deadctx
func (l *locks) own() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	me := uuid.NewString()
	ok, err := l.rdb.SetNX(ctx, "own:lock", me, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		l.rdb.Eval(ctx, compareAndDelete, []string{"own:lock"}, me)
	}()
	report()
	return nil
}
