package neighbours

import (
	"context"
	"sync"

	"cirello.io/dynamolock/v2"
	"github.com/hashicorp/consul/api"
	"github.com/zeromicro/go-zero/core/stores/redis"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// go-zero: one lock is told how long it lives, the other is not.

//distlock:silent tooshort
func told(store *redis.Redis, work func()) error {
	l := redis.NewRedisLock(store, "told")
	l.SetExpire(30)
	if ok, err := l.Acquire(); err != nil || !ok {
		return err
	}
	defer l.Release()
	work()
	return nil
}

func untold(store *redis.Redis, work func()) error {
	l := redis.NewRedisLock(store, "untold")
	if ok, err := l.Acquire(); err != nil || !ok { // want `tooshort: `
		return err
	}
	defer l.Release()
	work()
	return nil
}

// Consul: one lock tries once, another waits.

func once(c *api.Client, work func()) error {
	l, err := c.LockOpts(&api.LockOptions{Key: "once", LockTryOnce: true})
	if err != nil {
		return err
	}
	if _, err := l.Lock(nil); err != nil { // want `nilchannel: `
		return err
	}
	defer l.Unlock()
	work()
	return nil
}

//distlock:silent nilchannel
func waits(c *api.Client, work func(<-chan struct{})) error {
	l, err := c.LockKey("waits")
	if err != nil {
		return err
	}
	lost, err := l.Lock(nil)
	if err != nil {
		return err
	}
	defer l.Unlock()
	work(lost)
	return nil
}

// DynamoDB: one client renews by the name of the owner alone, another does not.

func byName(db dynamolock.DynamoDBClient, lock *dynamolock.Lock) error {
	c, err := dynamolock.New(db, "locks", dynamolock.WithOwnerName("me")) // want `weaktoken: `
	if err != nil {
		return err
	}
	return c.SendHeartbeat(lock, dynamolock.UnsafeMatchOwnerOnly())
}

//distlock:silent weaktoken
func byVersion(db dynamolock.DynamoDBClient, lock *dynamolock.Lock) error {
	c, err := dynamolock.New(db, "jobs", dynamolock.WithOwnerName("me"))
	if err != nil {
		return err
	}
	return c.SendHeartbeat(lock)
}

// etcd: a mutex around something else does not make calls exclude each other.

type sessions struct {
	mu      sync.Mutex
	calls   int
	session *concurrency.Session
}

func (s *sessions) counted(ctx context.Context, key string, work func()) error {
	s.mu.Lock()
	s.calls++
	s.mu.Unlock()
	m := concurrency.NewMutex(s.session, key) // want `sharedsession: `
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

//distlock:silent sharedsession
func (s *sessions) excluded(ctx context.Context, key string, work func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := concurrency.NewMutex(s.session, key)
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

// A session that ends with a context that never ends.
func background(ctx context.Context, cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli, concurrency.WithContext(context.Background())) // want `sessionleak: `
	if err != nil {
		return err
	}
	m := concurrency.NewMutex(s, "/background")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}
