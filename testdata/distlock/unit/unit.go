// Package unit has times to live in the wrong unit.
package unit

import (
	"context"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

const ttl = 30

func nanoseconds(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, 30).Result() // want `unit: lock key is given 30 ns to live: a number without a unit is a number of nanoseconds`
}

func named(ctx context.Context, rdb *redis.Client, key string) {
	rdb.Expire(ctx, key, ttl) // want `unit: lock key is given 30 ns to live: a number without a unit is a number of nanoseconds`
}

func handle(ctx context.Context, locker *redislock.Client) (*redislock.Lock, error) {
	return locker.Obtain(ctx, "report", 10, nil) // want `unit: the lock is given 10 ns to live: a number without a unit is a number of nanoseconds`
}

func raw(ctx context.Context, rdb *redis.Client, key, token string) error {
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", 30*time.Second).Err() // want `unit: the server gets nanoseconds, or text that it refuses: SET wants a number of seconds, not a time\.Duration`
}

func rawArgument(conn redigo.Conn, key, token string, d time.Duration) (string, error) {
	return redigo.String(conn.Do("SET", key, token, "NX", "PX", d)) // want `unit: the server gets nanoseconds, or text that it refuses: SET wants a number of milliseconds, not a time\.Duration`
}

type cache struct{ rdb *redis.Client }

func (c *cache) SetNX(ctx context.Context, key string, value any, d time.Duration) (bool, error) {
	return c.rdb.SetNX(ctx, key, value, d).Result()
}

func wrapped(ctx context.Context, c *cache, key string) (bool, error) {
	return c.SetNX(ctx, key, 1, 60) // want `unit: lock key is given 60 ns to live: a number without a unit is a number of nanoseconds`
}

func builder(ctx context.Context, c rueidis.Client, key, token string) error {
	return c.Do(ctx, c.B().Set().Key(key).Value(token).Nx().Px(500).Build()).Error() // want `unit: lock key is given 500 ns to live: a number without a unit is a number of nanoseconds`
}

//distlock:silent unit
func rightRaw(ctx context.Context, rdb *redis.Client, conn redigo.Conn, key, token string, d time.Duration) error {
	if _, err := conn.Do("SET", key, token, "NX", "PX", d.Milliseconds()); err != nil {
		return err
	}
	if _, err := conn.Do("SET", key, token, "NX", "EX", 30); err != nil {
		return err
	}
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", int(d.Seconds())).Err()
}

//distlock:silent unit
func right(ctx context.Context, rdb *redis.Client, key, token string, seconds int) (bool, error) {
	rdb.Expire(ctx, key, time.Duration(seconds)*time.Second)
	return rdb.SetNX(ctx, key, token, 30*time.Second).Result()
}

//distlock:silent unit
func rightBuilder(ctx context.Context, c rueidis.Client, key, token string) error {
	return c.Do(ctx, c.B().Set().Key(key).Value(token).Nx().PxMilliseconds(500).Build()).Error()
}

func grant(ctx context.Context, cli *clientv3.Client, d time.Duration) (*clientv3.LeaseGrantResponse, error) {
	return cli.Grant(ctx, int64(d)) // want `unit: Grant is given the nanoseconds of a time\.Duration: it takes a number of seconds`
}

// Fine: as long as etcd allows, for which the client has this constant.
func grantForEver(ctx context.Context, cli *clientv3.Client) (*clientv3.LeaseGrantResponse, error) {
	return cli.Grant(ctx, clientv3.MaxLeaseTTL)
}

func session(cli *clientv3.Client) (*concurrency.Session, error) {
	return concurrency.NewSession(cli, concurrency.WithTTL(int(10*time.Second))) // want `unit: WithTTL is given the nanoseconds of a time\.Duration: it takes a number of seconds`
}

func option(rs *redsync.Redsync) *redsync.Mutex {
	return rs.NewMutex("report", redsync.WithExpiry(10)) // want `unit: WithExpiry is given 10 ns: a number without a unit is a number of nanoseconds`
}

//distlock:silent unit
func rightGrant(ctx context.Context, cli *clientv3.Client, d time.Duration) (*clientv3.LeaseGrantResponse, error) {
	return cli.Grant(ctx, int64(d.Seconds()))
}

//distlock:silent unit
func rightDivided(ctx context.Context, cli *clientv3.Client, rdb *redis.Client, d time.Duration) (*clientv3.LeaseGrantResponse, error) {
	if err := rdb.Do(ctx, "SET", "report", 1, "NX", "EX", d/time.Second).Err(); err != nil {
		return nil, err
	}
	return cli.Grant(ctx, int64((d+time.Second-1)/time.Second))
}

func retry(try func() error) {
	for try() != nil {
		time.Sleep(time.Second)
	}
}

//distlock:silent unit
func rightCaptured(ctx context.Context, cli *clientv3.Client, d time.Duration) {
	seconds := d / time.Second
	retry(func() error {
		_, err := cli.Grant(ctx, int64(seconds))
		return err
	})
}

func captured(ctx context.Context, cli *clientv3.Client, d time.Duration) {
	half := d - time.Second
	retry(func() error {
		_, err := cli.Grant(ctx, int64(half)) // want `unit: Grant is given the nanoseconds of a time\.Duration: it takes a number of seconds`
		return err
	})
}

//distlock:silent unit
func rightSession(cli *clientv3.Client) (*concurrency.Session, error) {
	return concurrency.NewSession(cli, concurrency.WithTTL(10))
}

var prolong = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) else return 0 end`)

func scripted(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) (int64, error) {
	return prolong.Run(ctx, rdb, []string{key}, token, ttl.Microseconds()).Int64() // want `unit: the lock lives longer than meant: script is given microseconds, and takes milliseconds`
}

func scriptedShort(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) (int64, error) {
	return prolong.Run(ctx, rdb, []string{key}, token, int(ttl.Seconds())).Int64() // want `unit: the lock lives shorter than meant: script is given seconds, and takes milliseconds`
}

//distlock:silent unit
func scriptedRight(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) (int64, error) {
	return prolong.Run(ctx, rdb, []string{key}, token, ttl.Milliseconds()).Int64()
}

func commanded(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) error {
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", ttl.Milliseconds()).Err() // want `unit: the lock lives longer than meant: SET is given milliseconds, and takes seconds`
}

func divided(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) error {
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", int(ttl/time.Millisecond)).Err() // want `unit: the lock lives longer than meant: SET is given milliseconds, and takes seconds`
}

func dividedWell(ctx context.Context, rdb *redis.Client, key, token string, ttl time.Duration) error {
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", int(ttl/time.Second)).Err()
}
