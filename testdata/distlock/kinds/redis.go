package kinds

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

const cad = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`

func hash(ctx context.Context, c *redis.Client, id string, work func()) error {
	ok, err := c.HSetNX(ctx, "locks", id, 1).Result() // want `noexpiry: nobody gets lock id in "locks" again if this process dies: it never expires \(HSETNX has no time to live\)`
	if err != nil || !ok {
		return err
	}
	defer c.HDel(ctx, "locks", id)
	work()
	return nil
}

// A field of a hash that is not a lock.
//
//distlock:silent noexpiry
func hashField(ctx context.Context, c *redis.Client, id string) error {
	return c.HSetNX(ctx, "created", id, time.Now().Unix()).Err()
}

func incr(ctx context.Context, c *redis.Client, id string, work func()) error {
	key := "lock:e:" + id
	n, err := c.Incr(ctx, key).Result() // want `twostep: `
	if err != nil || n != 1 {
		return err
	}
	c.Expire(ctx, key, time.Minute)
	defer c.Del(ctx, key) // want `plaindelete: `
	work()
	return nil
}

func incrMany(ctx context.Context, c *redis.Client, id string, work func()) error {
	key := "lock:f:" + id
	if n, err := c.Incr(ctx, key).Result(); err != nil || n > 1 { // want `noexpiry: `
		return err
	}
	defer c.Del(ctx, key)
	work()
	return nil
}

// A counter is not a lock, and neither is the limit of a rate.
//
//distlock:silent twostep noexpiry
func limit(ctx context.Context, c *redis.Client, user string) (bool, error) {
	key := "rate:" + user
	n, err := c.Incr(ctx, key).Result()
	if err != nil {
		return false, err
	}
	if n == 1 {
		c.Expire(ctx, key, time.Minute)
	}
	return n <= 10, nil
}

func dead(c *redis.Client, id, tok string, work func(context.Context)) error {
	key := "lock:g:" + id
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	ok, err := c.SetNX(ctx, key, tok, time.Minute).Result()
	if err != nil || !ok {
		cancel()
		return err
	}
	work(ctx)
	cancel()
	return c.Eval(ctx, cad, []string{key}, tok).Err() // want `deadctx: `
}

//distlock:silent deadctx
func alive(c *redis.Client, id, tok string, work func(context.Context)) error {
	key := "lock:g:" + id
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	ok, err := c.SetNX(ctx, key, tok, time.Minute).Result()
	if err != nil || !ok {
		cancel()
		return err
	}
	work(ctx)
	err = c.Eval(ctx, cad, []string{key}, tok).Err()
	cancel()
	return err
}

// A look and a taking in two methods.

type guard struct {
	c    *redis.Client
	name string
}

func (g *guard) locked(ctx context.Context) (bool, error) {
	n, err := g.c.Exists(ctx, "lock:"+g.name).Result()
	return n > 0, err
}

func (g *guard) lock(ctx context.Context) error {
	return g.c.Set(ctx, "lock:"+g.name, 1, time.Minute).Err()
}

func (g *guard) unlock(ctx context.Context) error {
	return g.c.Del(ctx, "lock:"+g.name).Err()
}

func (g *guard) run(ctx context.Context, work func()) error {
	busy, err := g.locked(ctx)
	if err != nil || busy {
		return err
	}
	if err := g.lock(ctx); err != nil { // want `checkthenset: `
		return err
	}
	defer g.unlock(ctx)
	work()
	return nil
}

// Keys that a method makes.

type keys struct{ prefix string }

func (k *keys) SeqLock(entity string, year int) string {
	return fmt.Sprintf("%s:lock:%s:%d", k.prefix, entity, year)
}

type sequences struct {
	c *redis.Client
	k *keys
}

func (s *sequences) next(ctx context.Context, entity string, year int, work func()) error {
	ok, err := s.c.SetNX(ctx, s.k.SeqLock(entity, year), 1, 5*time.Second).Result()
	if err != nil || !ok {
		return err
	}
	defer s.c.Del(ctx, s.k.SeqLock(entity, year)) // want `plaindelete: `
	work()
	return nil
}

type job struct {
	c  *redis.Client
	id string
}

func (j *job) key() string { return "job:" + j.id }

func (j *job) Acquire(ctx context.Context) (bool, error) {
	return j.c.SetNX(ctx, j.key(), 1, time.Minute).Result()
}

func (j *job) Release(ctx context.Context) error {
	return j.c.Del(ctx, j.key()).Err() // want `plaindelete: `
}

// What is computed from a reply is not compared with anything.
func computed(ctx context.Context, c *redis.Client, id string) (int64, error) {
	n, err := c.Incr(ctx, "lock:n:"+id).Result()
	if err != nil {
		return 0, err
	}
	if n-1 > 0 {
		return n * 2, nil
	}
	ttl := c.TTL(ctx, "lock:n:"+id).Val()
	return int64(ttl/time.Second) + n - 1, nil
}
