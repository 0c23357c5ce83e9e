// Package lostlock has a session that is listened to beside one that is not.
package lostlock

import (
	"context"

	"github.com/hashicorp/consul/api"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func listens(ctx context.Context, cli *clientv3.Client, work func(<-chan struct{})) error {
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/a")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	work(s.Done())
	return m.Unlock(context.WithoutCancel(ctx))
}

func deaf(ctx context.Context, cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli) // want `lostlock: `
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/b")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	work()
	return m.Unlock(context.WithoutCancel(ctx))
}

// The work is in a transaction that compares the owner.
func owner(ctx context.Context, cli *clientv3.Client) error {
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/c")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	if _, err := cli.Txn(ctx).If(m.IsOwner()).Then(clientv3.OpPut("k", "v")).Commit(); err != nil {
		return err
	}
	return m.Unlock(context.WithoutCancel(ctx))
}

func once(c *api.Client, work func(<-chan struct{})) error {
	l, err := c.LockOpts(&api.LockOptions{Key: "once", LockTryOnce: true})
	if err != nil {
		return err
	}
	lost, err := l.Lock(nil)
	if err != nil || lost == nil {
		return err
	}
	defer l.Unlock()
	work(lost)
	return nil
}

func dropped(c *api.Client, work func()) error {
	l, err := c.LockKey("dropped")
	if err != nil {
		return err
	}
	if _, err := l.Lock(nil); err != nil { // want `lostlock: `
		return err
	}
	defer l.Unlock()
	work()
	return nil
}
