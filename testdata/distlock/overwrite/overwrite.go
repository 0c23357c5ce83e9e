// Package overwrite has locks that are set whoever has them, so that everybody gets them.
package overwrite

import (
	"context"
	"sync"
	"time"

	consul "github.com/hashicorp/consul/api"
	"github.com/redis/go-redis/v9"
	clientv3 "go.etcd.io/etcd/client/v3"
)

type etcdLock struct {
	cli   *clientv3.Client
	mu    sync.Mutex
	lease clientv3.LeaseID
	key   string
}

func (l *etcdLock) Lock(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	resp, err := l.cli.Grant(ctx, 30)
	if err != nil {
		return err
	}
	l.lease = resp.ID
	_, err = l.cli.Put(ctx, l.key, "me", clientv3.WithLease(resp.ID)) // want `overwrite: everybody gets lock l.key: Put sets it whether or not somebody has it`
	if err != nil {
		return err
	}
	go l.renewLock(ctx)
	return nil
}

func (l *etcdLock) renewLock(ctx context.Context) {
	for range time.Tick(10 * time.Second) {
		if _, err := l.cli.KeepAliveOnce(ctx, l.lease); err != nil {
			return
		}
	}
}

func (l *etcdLock) Unlock(ctx context.Context) error {
	if _, err := l.cli.Delete(ctx, l.key); err != nil {
		return err
	}
	_, err := l.cli.Revoke(ctx, l.lease)
	return err
}

type consulLock struct {
	client *consul.Client
	key    string
}

func (l *consulLock) TryLock() error {
	id, _, err := l.client.Session().Create(&consul.SessionEntry{TTL: "15s"}, nil)
	if err != nil {
		return err
	}
	_, err = l.client.KV().Put(&consul.KVPair{Key: l.key, Session: id}, nil) // want `overwrite: everybody gets lock l.key: Put sets it whether or not somebody has it`
	return err
}

func (l *consulLock) Unlock() error {
	_, err := l.client.KV().Delete(l.key, nil)
	return err
}

type redisLock struct {
	rdb *redis.Client
	key string
}

func (l *redisLock) Acquire(ctx context.Context) error {
	return l.rdb.Set(ctx, l.key, "me", time.Minute).Err() // want `overwrite: everybody gets lock l.key: Set sets it whether or not somebody has it`
}

func (l *redisLock) Release(ctx context.Context) error {
	return l.rdb.Del(ctx, l.key).Err()
}

// An account that is locked is a state, which others look at.
type accounts struct{ rdb *redis.Client }

//distlock:silent overwrite
func (a *accounts) Lock(ctx context.Context, user string) error {
	return a.rdb.Set(ctx, "locked:"+user, "1", time.Hour).Err()
}

func (a *accounts) Unlock(ctx context.Context, user string) error {
	return a.rdb.Del(ctx, "locked:"+user).Err()
}

func (a *accounts) Locked(ctx context.Context, user string) bool {
	return a.rdb.Exists(ctx, "locked:"+user).Val() > 0
}

// What it is that is locked makes it a state, too.
//
//distlock:silent overwrite
func lockSeat(ctx context.Context, rdb *redis.Client, seat string) error {
	return rdb.Set(ctx, "seat:"+seat, "taken", time.Hour).Err()
}

func unlockSeat(ctx context.Context, rdb *redis.Client, seat string) error {
	return rdb.Del(ctx, "seat:"+seat).Err()
}

// The lock is taken by a transaction, and what it says is written after it.
type told struct {
	cli *clientv3.Client
	key string
}

//distlock:silent overwrite
func (l *told) TryLock(ctx context.Context, lease clientv3.LeaseID) (bool, error) {
	free := clientv3.Compare(clientv3.CreateRevision(l.key), "=", 0)
	resp, err := l.cli.Txn(ctx).If(free).Then(clientv3.OpPut(l.key, "", clientv3.WithLease(lease))).Commit()
	if err != nil || !resp.Succeeded {
		return false, err
	}
	_, err = l.cli.Put(ctx, l.key, "mine", clientv3.WithLease(lease))
	return err == nil, err
}

func (l *told) Unlock(ctx context.Context) error {
	_, err := l.cli.Delete(ctx, l.key)
	return err
}

// A lock of a library is taken first; the key says to others that it is.
type announced struct {
	rdb *redis.Client
	in  interface{ Lock(context.Context) error }
	key string
}

//distlock:silent overwrite
func (l *announced) Obtain(ctx context.Context) error {
	if err := l.in.Lock(ctx); err != nil {
		return err
	}
	return l.rdb.Set(ctx, l.key, "me", time.Minute).Err()
}

func (l *announced) Unlock(ctx context.Context) error { return l.rdb.Del(ctx, l.key).Err() }
