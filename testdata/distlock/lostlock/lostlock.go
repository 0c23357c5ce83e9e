// Package lostlock has locks whose loss nobody listens for.
package lostlock

import (
	"context"

	"github.com/hashicorp/consul/api"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

func dropped(l *api.Lock, work func()) error {
	if _, err := l.Lock(nil); err != nil { // want `lostlock: the work goes on when the lock is lost: nobody uses the channel of Lock, which is closed then`
		return err
	}
	defer l.Unlock()
	work()
	return nil
}

type pool struct{ slots *api.Semaphore }

func (p *pool) enter() error {
	_, err := p.slots.Acquire(nil) // want `lostlock: the work goes on when the lock is lost: nobody uses the channel of Acquire, which is closed then`
	return err
}

func session(ctx context.Context, cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli) // want `lostlock: the work goes on when the lease ends, and the lock with it: nothing looks at Done or Ctx of the session`
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

// Silent.

func used(l *api.Lock, work func(lost <-chan struct{})) error {
	lost, err := l.Lock(nil)
	if err != nil {
		return err
	}
	defer l.Unlock()
	work(lost)
	return nil
}

// Who is given the session may listen.
func given(cli *clientv3.Client) (*concurrency.Session, error) {
	return concurrency.NewSession(cli)
}
