// Package etcd shows against an embedded etcd what distlock says of it.
package etcd

import (
	"context"
	"errors"
	"net"
	"net/url"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.etcd.io/etcd/server/v3/embed"
)

func start(t *testing.T) *clientv3.Client {
	cfg := embed.NewConfig()
	cfg.Dir, cfg.LogLevel = t.TempDir(), "error"
	free := func() url.URL {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return url.URL{Scheme: "http", Host: l.Addr().String()}
	}
	client, peer := free(), free()
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	e, err := embed.StartEtcd(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	select {
	case <-e.Server.ReadyNotify():
	case <-time.After(30 * time.Second):
		t.Fatal("etcd does not start")
	}
	cli, err := clientv3.New(clientv3.Config{Endpoints: []string{client.Host}, DialTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cli.Close() })
	return cli
}

func session(t *testing.T, cli *clientv3.Client, options ...concurrency.SessionOption) *concurrency.Session {
	s, err := concurrency.NewSession(cli, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sharedsession
func TestSharedSession(t *testing.T) {
	ctx, cli := context.Background(), start(t)
	shared := session(t, cli)
	if err := concurrency.NewMutex(shared, "/a").TryLock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := concurrency.NewMutex(shared, "/a").TryLock(ctx); err != nil {
		t.Errorf("locks of one session exclude each other: %v", err)
	}
	if err := concurrency.NewMutex(session(t, cli), "/a").TryLock(ctx); !errors.Is(err, concurrency.ErrLocked) {
		t.Errorf("locks of two sessions do not exclude each other: %v", err)
	}
}

// sessionctx
func TestSessionContext(t *testing.T) {
	cli := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	first := concurrency.NewMutex(session(t, cli, concurrency.WithTTL(1), concurrency.WithContext(ctx)), "/a")
	if err := first.TryLock(ctx); err != nil {
		t.Fatal(err)
	}
	// The holder works on. Somebody else waits, and gets the lock.
	wait, cancelWait := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancelWait()
	if err := concurrency.NewMutex(session(t, cli), "/a").Lock(wait); err != nil {
		t.Errorf("the lock is kept after the session's context has ended: %v", err)
	}
	if err := first.Unlock(context.Background()); err != nil {
		t.Errorf("Unlock says that the lock was lost: %v", err)
	}
}

// sessionleak
func TestSessionLeak(t *testing.T) {
	ctx, cli := context.Background(), start(t)
	leaked, err := concurrency.NewSession(cli, concurrency.WithTTL(1))
	if err != nil {
		t.Fatal(err)
	}
	closed := session(t, cli, concurrency.WithTTL(1))
	for key, s := range map[string]*concurrency.Session{"/leaked": leaked, "/closed": closed} {
		if err := concurrency.NewMutex(s, key).TryLock(ctx); err != nil {
			t.Fatal(err)
		}
	}
	closed.Close()
	time.Sleep(3 * time.Second) // three times to live, without a holder
	other := session(t, cli)
	if err := concurrency.NewMutex(other, "/leaked").TryLock(ctx); !errors.Is(err, concurrency.ErrLocked) {
		t.Errorf("the lock of a session that is not closed has gone: %v", err)
	}
	if err := concurrency.NewMutex(other, "/closed").TryLock(ctx); err != nil {
		t.Errorf("the lock of a closed session is still there: %v", err)
	}
}

// noexpiry
func TestNoLease(t *testing.T) {
	ctx, cli := context.Background(), start(t)
	acquire := func(key string, options ...clientv3.OpOption) bool {
		resp, err := cli.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "", options...)).Commit()
		if err != nil {
			t.Fatal(err)
		}
		return resp.Succeeded
	}
	lease, err := cli.Grant(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !acquire("/forever") || !acquire("/leased", clientv3.WithLease(lease.ID)) {
		t.Fatal("not acquired")
	}
	for deadline := time.Now().Add(20 * time.Second); !acquire("/leased"); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the lease does not run out")
		}
	}
	if acquire("/forever") {
		t.Error("a key without a lease has gone")
	}
}
