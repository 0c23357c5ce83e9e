package silent

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-redsync/redsync/v4"
	"github.com/redis/go-redis/v9"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"k8s.io/client-go/tools/leaderelection"
)

// F8: a leader keeps its lock in a field.
type tracker struct {
	mutex  *redsync.Mutex
	leader bool
}

//distlock:silent missingrelease F8
func (t *tracker) tick(rs *redsync.Redsync, healthy func() bool) {
	if t.leader {
		if ok, err := t.mutex.Extend(); err != nil || !ok {
			t.leader = false
		}
		return
	}
	m := rs.NewMutex("leader")
	if err := m.Lock(); err != nil {
		return
	}
	if !healthy() {
		if ok, err := m.Unlock(); !ok || err != nil {
			t.leader = false
		}
		return
	}
	t.mutex, t.leader = m, true
}

// F10: a pool of one connection; see sql/one.

// F13: a cache is filled by one caller. Nothing is lost if two do.
//
//distlock:silent plaindelete F13
func fill(ctx context.Context, rdb *redis.Client, key string, load func() (string, error)) (string, error) {
	if v, err := rdb.Get(ctx, key).Result(); err == nil {
		return v, nil
	}
	lock := "lock:" + key
	if ok, err := rdb.SetNX(ctx, lock, 1, 5*time.Second).Result(); err == nil && ok {
		defer rdb.Del(ctx, lock)
	}
	v, err := load()
	if err == nil {
		rdb.Set(ctx, key, v, time.Hour)
	}
	return v, err
}

// F14: OnStoppedLeading ends the work.
//
//distlock:silent leader F14
func elect(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(_ context.Context) { work(ctx) },
		OnStoppedLeading: cancel,
	}
	leaderelection.RunOrDie(ctx, cfg)
}

// F15: a session for each lock.
type etcdLock struct {
	session *concurrency.Session
	mutex   *concurrency.Mutex
}

//distlock:silent sharedsession F15
func newEtcdLock(cli *clientv3.Client, key string) (*etcdLock, error) {
	s, err := concurrency.NewSession(cli, concurrency.WithTTL(10))
	if err != nil {
		return nil, err
	}
	l := &etcdLock{session: s}
	l.mutex = concurrency.NewMutex(l.session, key)
	return l, nil
}

func (l *etcdLock) Lock(ctx context.Context) error { return l.mutex.Lock(ctx) }

func (l *etcdLock) Unlock(ctx context.Context) error { return l.mutex.Unlock(ctx) }

// A connection of the lock's own.
//
//distlock:silent anyconn returnedconn deadctx
func advisory(ctx context.Context, db *sql.DB, id int64, work func()) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, id); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, err = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, id)
	}()
	work()
	return nil
}
