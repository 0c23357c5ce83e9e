// Package etcd has misused sessions and locks of etcd.
package etcd

import (
	"context"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// sessionctx

func deadline(ctx context.Context, cli *clientv3.Client, work func()) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	s, err := concurrency.NewSession(cli, concurrency.WithContext(ctx)) // want `sessionctx: the lock goes to somebody else after the deadline of this context: the lease is not kept alive any more`
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.Background())
	work()
	return nil
}

type locker struct {
	cli     *clientv3.Client
	session *concurrency.Session
}

func (l *locker) connect(parent context.Context) (err error) {
	ctx, cancel := context.WithDeadline(parent, time.Now().Add(time.Minute))
	_ = cancel
	l.session, err = concurrency.NewSession(l.cli, concurrency.WithTTL(10), concurrency.WithContext(ctx)) // want `sessionctx: `
	return err
}

func options(ctx context.Context) []concurrency.SessionOption {
	ctx, _ = context.WithTimeout(ctx, time.Second)
	return []concurrency.SessionOption{concurrency.WithContext(ctx)} // want `sessionctx: `
}

//distlock:silent sessionctx
func cancelled(parent context.Context, cli *clientv3.Client) (*concurrency.Session, context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(parent)
	s, err := concurrency.NewSession(cli, concurrency.WithContext(ctx))
	return s, cancel, err
}

//distlock:silent sessionctx
func parameter(ctx context.Context, cli *clientv3.Client) (*concurrency.Session, error) {
	return concurrency.NewSession(cli, concurrency.WithContext(ctx))
}

//distlock:silent sessionctx sessionleak
func deadlineOfLock(cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(context.Background())
	work()
	return nil
}

// sharedsession

func (l *locker) with(ctx context.Context, key string, work func()) error {
	m := concurrency.NewMutex(l.session, key) // want `sharedsession: two goroutines can hold lock key at the same time: locks of one session, l\.session, do not exclude each other`
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

var session *concurrency.Session

func global(ctx context.Context, work func()) error {
	m := concurrency.NewMutex(session, "/report") // want `sharedsession: two goroutines can hold lock "/report" at the same time: locks of one session, session, do not exclude each other`
	if err := m.TryLock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

func (l *locker) lock(ctx context.Context, key string) (func(context.Context) error, error) {
	m := concurrency.NewMutex(l.session, "/locks/"+key) // want `sharedsession: `
	if err := m.Lock(ctx); err != nil {
		return nil, err
	}
	return m.Unlock, nil
}

// A session for each lock.
//
//distlock:silent sharedsession sessionleak
func perLock(ctx context.Context, cli *clientv3.Client, key string, work func()) error {
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	defer s.Close()
	m := concurrency.NewMutex(s, key)
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

// A lock that is made with its session, and kept beside it.
type kept struct {
	session *concurrency.Session
	mutex   *concurrency.Mutex
}

//distlock:silent sharedsession F15
func newKept(cli *clientv3.Client, key string) (k *kept, err error) {
	k = &kept{}
	if k.session, err = concurrency.NewSession(cli); err != nil {
		return nil, err
	}
	k.mutex = concurrency.NewMutex(k.session, key)
	return k, nil
}

// A mutex of the process excludes its goroutines.
type both struct {
	mu      sync.Mutex
	session *concurrency.Session
}

//distlock:silent sharedsession
func (b *both) with(ctx context.Context, work func()) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := concurrency.NewMutex(b.session, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

// sessionleak

func leak(ctx context.Context, cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli) // want `sessionleak: every lock of this session stays until the process ends: the session is never closed`
	if err != nil {
		return err
	}
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

func election(ctx context.Context, cli *clientv3.Client, work func()) error {
	s, err := concurrency.NewSession(cli, concurrency.WithTTL(5)) // want `sessionleak: ` `lostsignal: `
	if err != nil {
		return err
	}
	e := concurrency.NewElection(s, "/leader")
	if err := e.Campaign(ctx, "me"); err != nil {
		return err
	}
	work()
	return e.Resign(ctx)
}

func loop(ctx context.Context, cli *clientv3.Client, work func()) {
	for {
		s, err := concurrency.NewSession(cli) // want `sessionleak: `
		if err != nil {
			return
		}
		m := concurrency.NewMutex(s, "/report")
		if m.TryLock(ctx) == nil {
			work()
			m.Unlock(ctx)
		}
	}
}

// The session ends with its context.
//
//distlock:silent sessionleak
func withContext(ctx context.Context, cli *clientv3.Client, elected chan bool) {
	s, err := concurrency.NewSession(cli, concurrency.WithContext(ctx))
	if err != nil {
		return
	}
	e := concurrency.NewElection(s, "/leader")
	if e.Campaign(ctx, "me") != nil {
		return
	}
	elected <- true
	<-s.Done()
}

// The session ends with its client.
//
//distlock:silent sessionleak
func withClient(ctx context.Context, cfg clientv3.Config, work func()) error {
	cli, err := clientv3.New(cfg)
	if err != nil {
		return err
	}
	defer cli.Close()
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	m := concurrency.NewMutex(s, "/report")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer m.Unlock(ctx)
	work()
	return nil
}

// A lock for each key that callers give, all of one session.
func (l *locker) newMutex(key string) *concurrency.Mutex {
	return concurrency.NewMutex(l.session, key) // want `sharedsession: `
}

// One lock, made once.
//
//distlock:silent sharedsession
func (l *locker) leader() *concurrency.Mutex {
	return concurrency.NewMutex(l.session, "/leader")
}

// noexpiry

func txn(ctx context.Context, kv clientv3.KV, key string, work func()) error {
	resp, err := kv.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "me")).Commit() // want `noexpiry: nobody gets lock key again if this process dies: it never expires \(OpPut has no time to live\)`
	if err != nil {
		return err
	}
	if !resp.Succeeded {
		return nil
	}
	work()
	_, err = kv.Delete(ctx, key)
	return err
}

//distlock:silent noexpiry
func leased(ctx context.Context, cli *clientv3.Client, key string, work func()) error {
	lease, err := cli.Grant(ctx, 10)
	if err != nil {
		return err
	}
	resp, err := cli.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "me", clientv3.WithLease(lease.ID))).Commit()
	if err != nil || !resp.Succeeded {
		return err
	}
	work()
	_, err = cli.Revoke(ctx, lease.ID)
	return err
}

// The deadline is that of the session's first request.
//
//distlock:silent sessionctx
func (l *locker) reconnect(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	lease, err := l.cli.Grant(limited, 10)
	if err != nil {
		return err
	}
	l.session, err = concurrency.NewSession(l.cli, concurrency.WithLease(lease.ID), concurrency.WithContext(ctx))
	return err
}

// The session ends when the function returns, and its lock with it.
//
//distlock:silent missingrelease
func endsSession(ctx context.Context, cli *clientv3.Client, work func() error) error {
	s, err := concurrency.NewSession(cli)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	m := concurrency.NewMutex(s, "/ends")
	if err := m.Lock(ctx); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	return m.Unlock(context.WithoutCancel(ctx))
}

// A transaction that is made in several statements.
func statements(ctx context.Context, kv clientv3.KV, key string, work func()) error {
	txn := kv.Txn(ctx)
	txn.If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
		Then(clientv3.OpPut(key, "me")).
		Else(clientv3.OpGet(key))
	resp, err := txn.Commit() // want `noexpiry: nobody gets lock key again if this process dies: it never expires \(OpPut has no time to live\)`
	if err != nil {
		return err
	}
	if !resp.Succeeded {
		return nil
	}
	work()
	_, err = kv.Delete(ctx, key)
	return err
}

//distlock:silent noexpiry
func leasedStatements(ctx context.Context, cli *clientv3.Client, lease clientv3.LeaseID, key string, work func()) error {
	txn := cli.Txn(ctx)
	txn.If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0))
	txn.Then(clientv3.OpPut(key, "me", clientv3.WithLease(lease)))
	resp, err := txn.Commit()
	if err != nil || !resp.Succeeded {
		return err
	}
	work()
	_, err = cli.Delete(ctx, key)
	return err
}
