// Package noexpiry has locks that nobody gets again once their holder has died.
package noexpiry

import (
	"context"
	"fmt"
	"time"

	"github.com/go-redis/redis"
	redisv7 "github.com/go-redis/redis/v7"
	redisv8 "github.com/go-redis/redis/v8"
	redigo "github.com/gomodule/redigo/redis"
	redisv9 "github.com/redis/go-redis/v9"
	gozero "github.com/zeromicro/go-zero/core/stores/redis"
)

func v9(ctx context.Context, rdb *redisv9.Client, work func() error) error {
	ok, err := rdb.SetNX(ctx, "report:lock", "1", 0).Result() // want `noexpiry: nobody gets lock "report:lock" again if this process dies: it never expires \(SetNX has no time to live\)`
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("busy")
	}
	defer rdb.Del(ctx, "report:lock")
	return work()
}

func v8(ctx context.Context, rdb redisv8.UniversalClient, id int, work func() error) error {
	key := fmt.Sprintf("order:%d", id)
	if !rdb.SetNX(ctx, key, "1", 0).Val() { // want `noexpiry: nobody gets lock Sprintf\("order:%d", …\) again if this process dies: it never expires \(SetNX has no time to live\)`
		return nil
	}
	defer func() { rdb.Del(ctx, key) }()
	return work()
}

func v7(rdb *redisv7.ClusterClient, key string, work func()) {
	if ok, _ := rdb.SetNX(key, 1, 0).Result(); ok { // want `noexpiry: nobody gets lock key again if this process dies: it never expires \(SetNX has no time to live\)`
		work()
		rdb.Del(key)
	}
}

func v6(rdb *redis.Client, key string, work func()) {
	for !rdb.SetNX(key, 1, 0).Val() { // want `noexpiry: nobody gets lock key again if this process dies: it never expires \(SetNX has no time to live\)`
		time.Sleep(time.Second)
	}
	work()
	rdb.Del(key)
}

func rediGo(pool *redigo.Pool, work func()) error {
	conn := pool.Get()
	defer conn.Close()
	n, err := redigo.Int(conn.Do("SETNX", "import:lock", 1)) // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SETNX has no time to live\)`
	if err != nil || n == 0 {
		return err
	}
	work()
	_, err = conn.Do("DEL", "import:lock")
	return err
}

func rediGoSet(conn redigo.Conn, work func()) error {
	_, err := redigo.String(conn.Do("SET", "import:lock", "token", "NX")) // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SET has no time to live\)`
	if err == redigo.ErrNil {
		return nil
	}
	if err != nil {
		return err
	}
	defer conn.Do("DEL", "import:lock")
	work()
	return nil
}

func goZero(ctx context.Context, rds *gozero.Redis, work func()) error {
	ok, err := rds.SetnxCtx(ctx, "import:lock", "1") // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SetnxCtx has no time to live\)`
	if err != nil || !ok {
		return err
	}
	work()
	_, err = rds.Del("import:lock")
	return err
}

func setArgs(ctx context.Context, rdb *redisv9.Client, work func()) error {
	err := rdb.SetArgs(ctx, "import:lock", "1", redisv9.SetArgs{Mode: "NX"}).Err() // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SetArgs has no time to live\)`
	if err == redisv9.Nil {
		return nil
	}
	if err != nil {
		return err
	}
	work()
	return rdb.Del(ctx, "import:lock").Err()
}

// A lock of its own type.
type Lock struct {
	rdb *redisv9.Client
	key string
}

func (l *Lock) TryLock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, "1", 0).Result() // want `noexpiry: nobody gets lock l\.key again if this process dies: it never expires \(SetNX has no time to live\)`
}

func (l *Lock) Unlock(ctx context.Context) error {
	return l.rdb.Del(ctx, l.key).Err()
}

// A wrapper that passes the command on: what is wrong is wrong at its callers.
type cache struct{ rdb *redisv9.Client }

func (c cache) SetNX(ctx context.Context, key string, value any, ttl time.Duration) (bool, error) {
	return c.rdb.SetNX(ctx, key, value, ttl).Result()
}

func (c cache) Del(ctx context.Context, keys ...string) error {
	return c.rdb.Del(ctx, keys...).Err()
}

func wrapped(ctx context.Context, c cache, work func()) error {
	ok, err := c.SetNX(ctx, "import:lock", "1", 0) // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SetNX has no time to live\)`
	if err != nil || !ok {
		return err
	}
	defer c.Del(ctx, "import:lock")
	work()
	return nil
}

// An interface of the program.
type store interface {
	SetNX(ctx context.Context, key, value string, ttl time.Duration) (bool, error)
	Delete(ctx context.Context, key string) error
}

func iface(ctx context.Context, s store, work func()) error {
	ok, err := s.SetNX(ctx, "import:lock", "1", 0) // want `noexpiry: nobody gets lock "import:lock" again if this process dies: it never expires \(SetNX has no time to live\)`
	if err != nil || !ok {
		return err
	}
	defer s.Delete(ctx, "import:lock")
	work()
	return nil
}
