// Package fixes has findings with suggested fixes.
package fixes

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	redisv6 "github.com/go-redis/redis"
	"github.com/go-redsync/redsync/v4"
	redigo "github.com/gomodule/redigo/redis"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	gozero "github.com/zeromicro/go-zero/core/stores/redis"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

func twoStep(ctx context.Context, rdb *redis.Client, key string, ttl time.Duration) (bool, error) {
	ok, err := rdb.SetNX(ctx, key, 1, 0).Result() // want `twostep: `
	if err != nil || !ok {
		return false, err
	}
	if err := rdb.Expire(ctx, key, ttl).Err(); err != nil {
		return false, err
	}
	return true, nil
}

func twoStepStatement(rdb *redisv6.Client, key string, work func()) {
	if rdb.SetNX(key, 1, 0).Val() { // want `twostep: `
		rdb.Expire(key, 30*time.Second)
		work()
	}
}

// The time to live is not known where the lock is acquired.
func twoStepLater(ctx context.Context, rdb *redis.Client, key string, load func() time.Duration) bool {
	if !rdb.SetNX(ctx, key, 1, 0).Val() { // want `twostep: `
		return false
	}
	ttl := load()
	rdb.Expire(ctx, key, ttl)
	return true
}

func plainDelete(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer rdb.Del(ctx, key) // want `plaindelete: `
	work()
	return nil
}

func plainDeleteClosure(rdb *redisv6.Client, key, token string, work func()) (err error) {
	if !rdb.SetNX(key, token, time.Minute).Val() {
		return errors.New("busy")
	}
	defer func() {
		err = rdb.Del(key).Err() // want `plaindelete: `
	}()
	work()
	return nil
}

type Lock struct {
	rdb        *redis.Client
	key, token string
}

func (l *Lock) Lock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
}

func (lock *Lock) Unlock(ctx context.Context) error {
	return lock.rdb.Del(ctx, lock.key).Err() // want `plaindelete: `
}

// The number of deleted keys is used.
func plainDeleteResult(ctx context.Context, rdb *redis.Client, key, token string, work func()) (int64, error) {
	if !rdb.SetNX(ctx, key, token, time.Minute).Val() {
		return 0, nil
	}
	work()
	return rdb.Del(ctx, key).Result() // want `plaindelete: `
}

func eagerDefer(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key).Err() // want `eagerdefer: `
	work()
}

func eagerDeferResult(ctx context.Context, rdb *redis.Client, key string, work func()) {
	defer rdb.Del(ctx, key).Result() // want `eagerdefer: `
	work()
}

func unit(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	return rdb.SetNX(ctx, key, token, 30).Result() // want `unit: `
}

func unitRaw(ctx context.Context, rdb *redis.Client, conn redigo.Conn, key, token string, ttl time.Duration) error {
	if _, err := conn.Do("SET", key, token, "nx", "ex", ttl); err != nil { // want `unit: `
		return err
	}
	return rdb.Do(ctx, "SET", key, token, "NX", "EX", 30*time.Second).Err() // want `unit: `
}

func twoStepGoZero(ctx context.Context, store *gozero.Redis, key string, work func()) error {
	ok, err := store.SetnxCtx(ctx, key, "1") // want `twostep: `
	if err != nil || !ok {
		return err
	}
	if err := store.ExpireCtx(ctx, key, 30); err != nil {
		return err
	}
	work()
	return nil
}

func deadContext(rdb *redis.Client, key, token string, work func(context.Context)) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		cancel()
		return err
	}
	work(ctx)
	cancel()
	return rdb.Eval(ctx, `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`, []string{key}, token).Err() // want `deadctx: `
}

func request(m *redsync.Mutex, r *http.Request, work func()) error {
	if err := m.LockContext(r.Context()); err != nil {
		return err
	}
	defer m.UnlockContext(r.Context()) // want `deadctx: `
	work()
	return nil
}

func seconds(ctx context.Context, lease clientv3.Lease, ttl time.Duration) (*clientv3.LeaseGrantResponse, error) {
	return lease.Grant(ctx, int64(ttl)) // want `unit: `
}

func secondsOfItem(mc *memcache.Client, ttl time.Duration) error {
	return mc.Add(&memcache.Item{Key: "lock:a", Expiration: int32(2 * ttl)}) // want `unit: `
}

func pool(ctx context.Context, db *sql.DB, id int64, work func()) error {
	if _, err := db.ExecContext(ctx, "SELECT pg_advisory_lock($1)", id); err != nil { // want `anyconn: `
		return err
	}
	defer db.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", id) // want `anyconn: `
	work()
	return nil
}

type store struct{ pool *pgxpool.Pool }

func (s *store) with(ctx context.Context, id int64, work func()) (ok bool, err error) {
	err = s.pool.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", id).Scan(&ok) // want `anyconn: `
	if err != nil || !ok {
		return false, err
	}
	defer func() {
		_, _ = s.pool.Exec(ctx, "SELECT pg_advisory_unlock($1)", id) // want `anyconn: `
	}()
	work()
	return true, nil
}

// Who locks and who unlocks are two functions.
func (s *store) lock(ctx context.Context, id int64) error {
	_, err := s.pool.Exec(ctx, "SELECT pg_advisory_lock($1)", id) // want `anyconn: `
	return err
}

func session(ctx context.Context, c *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(c) // want `sessionleak: `
	if err != nil {
		return err
	}
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

func notHeld(ctx context.Context, locks *mongo.Collection, id string, work func() error) error {
	defer locks.DeleteOne(context.WithoutCancel(ctx), bson.M{"_id": id}) // want `notheld: ` `plaindelete: `
	if _, err := locks.InsertOne(ctx, bson.M{"_id": id, "expires": time.Now().Add(time.Minute)}); err != nil {
		return err
	}
	return work()
}
