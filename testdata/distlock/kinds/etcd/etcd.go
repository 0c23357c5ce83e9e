// Package etcd has locks of etcd that nothing ends.
package etcd

import (
	"context"
	"errors"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func put(ctx context.Context, c *clientv3.Client, name string, work func()) error {
	kv := clientv3.NewKV(c)
	key := "/locks/" + name
	resp, err := kv.Txn(ctx). // want `noexpiry: `
					If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
					Then(clientv3.OpPut(key, "me")).
					Commit()
	if err != nil || !resp.Succeeded {
		return err
	}
	defer kv.Delete(context.WithoutCancel(ctx), key)
	work()
	return nil
}

type store interface {
	Txn(ctx context.Context) clientv3.Txn
	Delete(ctx context.Context, key string, opts ...clientv3.OpOption) (*clientv3.DeleteResponse, error)
}

func putStore(ctx context.Context, s store, name string, work func()) error {
	key := "/locks/" + name
	txn := s.Txn(ctx)
	txn = txn.If(clientv3.Compare(clientv3.Version(key), "=", 0))
	txn = txn.Then(clientv3.OpPut(key, "me"))
	resp, err := txn.Commit() // want `noexpiry: `
	if err != nil || !resp.Succeeded {
		return err
	}
	defer s.Delete(context.WithoutCancel(ctx), key)
	work()
	return nil
}

type locker struct{ kv clientv3.KV }

func (l *locker) TryLock(ctx context.Context, key string) (bool, error) {
	cmp := clientv3.Compare(clientv3.CreateRevision(key), "=", 0)
	resp, err := l.kv.Txn(ctx).If(cmp).Then(clientv3.OpPut(key, "1")).Else(clientv3.OpGet(key)).Commit() // want `noexpiry: `
	if err != nil {
		return false, err
	}
	return resp.Succeeded, nil
}

func (l *locker) Unlock(ctx context.Context, key string) error {
	_, err := l.kv.Delete(ctx, key)
	return err
}

//distlock:silent noexpiry
func leased(ctx context.Context, kv clientv3.KV, lease clientv3.LeaseID, name string, work func()) error {
	key := "/leased/lock/" + name
	resp, err := kv.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "me", clientv3.WithLease(lease))).Commit()
	if err != nil || !resp.Succeeded {
		return err
	}
	defer kv.Delete(context.WithoutCancel(ctx), key)
	work()
	return nil
}

// A session per lock, which the function that unlocks leaves open.

func lock(ctx context.Context, c *clientv3.Client, key string) (func() error, error) {
	s, err := concurrency.NewSession(c, concurrency.WithTTL(10)) // want `sessionleak: `
	if err != nil {
		return nil, err
	}
	m := concurrency.NewMutex(s, key)
	if err := m.Lock(ctx); err != nil {
		return nil, err
	}
	return func() error { return m.Unlock(context.Background()) }, nil
}

type held struct{ m *concurrency.Mutex }

func hold(ctx context.Context, c *clientv3.Client, key string) (*held, error) {
	s, err := concurrency.NewSession(c) // want `sessionleak: `
	if err != nil {
		return nil, err
	}
	m := concurrency.NewMutex(s, "/locks/"+key)
	if err := m.TryLock(ctx); err != nil {
		return nil, errors.New("busy")
	}
	return &held{m}, nil
}

func (h *held) free(ctx context.Context) error { return h.m.Unlock(ctx) }

//distlock:silent sessionleak
func lockAndClose(ctx context.Context, c *clientv3.Client, key string) (func() error, error) {
	s, err := concurrency.NewSession(c)
	if err != nil {
		return nil, err
	}
	m := concurrency.NewMutex(s, key)
	if err := m.Lock(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return func() error {
		defer s.Close()
		return m.Unlock(context.Background())
	}, nil
}

// One lock for the life of the process.
//
//distlock:silent sessionleak
func newMutex(c *clientv3.Client) (*held, error) {
	s, err := concurrency.NewSession(c)
	if err != nil {
		return nil, err
	}
	return &held{concurrency.NewMutex(s, "/one")}, nil
}

// The lock is a mastership, and nothing tells the master that it is over.

func run(ctx context.Context, c *clientv3.Client, master func(context.Context)) error {
	s, err := concurrency.NewSession(c, concurrency.WithTTL(1)) // want `lostsignal: `
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "distributed_node")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	master(ctx)
	return m.Unlock(context.WithoutCancel(ctx))
}

func campaign(ctx context.Context, c *clientv3.Client, id string, lead func()) error {
	s, err := concurrency.NewSession(c) // want `lostsignal: `
	if err != nil {
		return err
	}
	defer s.Close()
	e := concurrency.NewElection(s, "/election")
	if err := e.Campaign(ctx, id); err != nil {
		return err
	}
	defer e.Resign(context.WithoutCancel(ctx))
	lead()
	return nil
}

//distlock:silent lostsignal
func told(ctx context.Context, c *clientv3.Client, id string, lead func(<-chan struct{})) error {
	s, err := concurrency.NewSession(c)
	if err != nil {
		return err
	}
	defer s.Close()
	e := concurrency.NewElection(s, "/election")
	if err := e.Campaign(ctx, id); err != nil {
		return err
	}
	defer e.Resign(context.WithoutCancel(ctx))
	lead(s.Done())
	return nil
}

// A short lock.
//
//distlock:silent lostsignal
func short(ctx context.Context, c *clientv3.Client, work func() error) error {
	s, err := concurrency.NewSession(c) // want
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/short")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	return work()
}

// A store of values is not a locker, though it creates keys that are not there.

type values struct{ c *clientv3.Client }

//distlock:silent noexpiry
func (v *values) Create(ctx context.Context, key, value string) error {
	resp, err := v.c.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision("v/"+key), "=", 0)).Then(clientv3.OpPut("v/"+key, value)).Commit()
	if err != nil {
		return err
	}
	if !resp.Succeeded {
		return errors.New("exists")
	}
	return nil
}

func (v *values) Delete(ctx context.Context, key string) error {
	_, err := v.c.Delete(ctx, "v/"+key)
	return err
}

// A method that notes by itself whether it has the lock, and another that gives the
// lock up when the session has ended.

type candidate struct {
	m      *concurrency.Mutex
	s      *concurrency.Session
	leads  bool
	ticks  <-chan int
	stops  <-chan struct{}
	notify func(bool)
}

func (c *candidate) try(ctx context.Context) error {
	if c.leads {
		return nil
	}
	if err := c.m.TryLock(ctx); err != nil {
		return err
	}
	c.leads = true
	c.notify(true)
	return nil
}

func (c *candidate) giveUp(ctx context.Context) error { return c.m.Unlock(ctx) }

//distlock:silent unchecked missingrelease
func (c *candidate) loop(ctx context.Context) {
	_ = c.try(ctx)
	for {
		select {
		case <-c.stops:
			return
		case <-c.s.Done():
			c.leads = false
			_ = c.giveUp(ctx)
		case <-c.ticks:
			_ = c.try(ctx)
		}
	}
}
