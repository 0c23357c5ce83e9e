// Package rueidis has locks by rueidis, valkey-go and their lock packages.
package rueidis

import (
	"context"
	"time"

	"github.com/redis/rueidis"
	"github.com/redis/rueidis/rueidislock"
	"github.com/valkey-io/valkey-go"
	"github.com/valkey-io/valkey-go/valkeylock"
)

func never(ctx context.Context, c rueidis.Client, key string, work func()) error {
	err := c.Do(ctx, c.B().Set().Key(key).Value("1").Nx().Build()).Error() // want `noexpiry: nobody gets lock key again if this process dies: it never expires \(SET has no time to live\)`
	if rueidis.IsRedisNil(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer c.Do(context.WithoutCancel(ctx), c.B().Del().Key(key).Build())
	work()
	return nil
}

// Fine: the reply is what was there before, and nothing if the lock is had. Who does not get it waits for the holder that the reply names.
func old(ctx context.Context, c rueidis.Client, key, id string, fill func() (string, error), await func(holder string)) (string, error) {
	val, err := c.Do(ctx, c.B().Get().Key(key).Build()).ToString()
	if rueidis.IsRedisNil(err) && fill != nil {
		val, err = c.Do(ctx, c.B().Set().Key(key).Value(id).Nx().Get().Px(time.Minute).Build()).ToString()
		if rueidis.IsRedisNil(err) {
			if val, err = fill(); err == nil {
				err = storeOld.Exec(ctx, c, []string{key}, []string{id, val}).Error()
			}
			if err != nil {
				freeOld.Exec(context.Background(), c, []string{key}, []string{id})
			}
		}
	}
	if err != nil {
		return val, err
	}
	if val != "" {
		if err = c.Do(ctx, c.B().Get().Key(val).Build()).Error(); rueidis.IsRedisNil(err) {
			freeOld.Exec(context.Background(), c, []string{key}, []string{val}) // its holder has gone
		}
		await(val)
	}
	return val, nil
}

var (
	storeOld = rueidis.NewLuaScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("SET", KEYS[1], ARGV[2]) else return 0 end`)
	freeOld  = rueidis.NewLuaScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) else return 0 end`)
)

// But not without a look at the reply.
func oldUnread(ctx context.Context, c rueidis.Client, key, id string, work func()) {
	c.Do(ctx, c.B().Set().Key(key).Value(id).Nx().Get().Px(time.Minute).Build()) // want `unchecked: `
	work()
	c.Do(context.WithoutCancel(ctx), c.B().Del().Key(key).Build()) // want `plaindelete: `
}

func setnx(ctx context.Context, c valkey.Client, key string, work func()) {
	ok, err := c.Do(ctx, c.B().Setnx().Key(key).Value("1").Build()).AsBool() // want `noexpiry: `
	if err != nil || !ok {
		return
	}
	work()
	c.Do(ctx, c.B().Del().Key(key).Build())
}

func deleted(ctx context.Context, c valkey.Client, key, token string, work func()) error {
	if err := c.Do(ctx, c.B().Set().Key(key).Value(token).Nx().ExSeconds(30).Build()).Error(); err != nil {
		return err
	}
	work()
	return c.Do(ctx, c.B().Del().Key(key).Build()).Error() // want `plaindelete: this deletes the lock of the next holder once lock key has expired \(acquired at rueidis\.go:\d+\)`
}

var release = rueidis.NewLuaScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

//distlock:silent noexpiry plaindelete
func right(ctx context.Context, c rueidis.Client, key, token string, work func()) error {
	if err := c.Do(ctx, c.B().Set().Key(key).Value(token).Nx().Px(time.Minute).Build()).Error(); err != nil {
		return err
	}
	work()
	return release.Exec(ctx, c, []string{key}, []string{token}).Error()
}

// lostsignal

func dropped(ctx context.Context, l rueidislock.Locker, work func(context.Context)) error {
	_, cancel, err := l.WithContext(ctx, "report") // want `lostsignal: the work goes on when the lock is lost: nobody uses the context of WithContext, which is cancelled then`
	if err != nil {
		return err
	}
	defer cancel()
	work(ctx)
	return nil
}

func tried(ctx context.Context, l valkeylock.Locker, work func(context.Context)) error {
	_, cancel, err := l.TryWithContext(ctx, "report") // want `lostsignal: the work goes on when the lock is lost: nobody uses the context of TryWithContext, which is cancelled then`
	if err != nil {
		return err
	}
	defer cancel()
	work(ctx)
	return nil
}

type service struct{ locker rueidislock.Locker }

func (s *service) lock(ctx context.Context, name string) (func(), error) {
	_, cancel, err := s.locker.ForceWithContext(ctx, name) // want `lostsignal: `
	return func() { cancel() }, err
}

//distlock:silent lostsignal
func used(ctx context.Context, l rueidislock.Locker, work func(context.Context)) error {
	ctx, cancel, err := l.WithContext(ctx, "report")
	if err != nil {
		return err
	}
	defer cancel()
	work(ctx)
	return nil
}

//distlock:silent lostsignal
func (s *service) usedToo(ctx context.Context, name string) (context.Context, func(), error) {
	return s.locker.WithContext(ctx, name)
}

//distlock:silent lostsignal
func waits(ctx context.Context, l valkeylock.Locker, work func()) error {
	held, cancel, err := l.WithContext(ctx, "report")
	if err != nil {
		return err
	}
	defer cancel()
	go work()
	<-held.Done()
	return nil
}
