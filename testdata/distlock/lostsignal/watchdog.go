package lostsignal

import (
	"context"
	"errors"
	"log"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// A watched lock is renewed by a goroutine.
type watched struct {
	rdb        *redis.Client
	key, token string
	ttl        time.Duration
	done       chan struct{}
	cancel     context.CancelFunc
}

func (w *watched) take(ctx context.Context) bool {
	ok, err := w.rdb.SetNX(ctx, w.key, w.token, w.ttl).Result()
	if err != nil || !ok {
		return false
	}
	go w.watch(ctx)
	go w.watchAndCancel(ctx)
	return true
}

func (w *watched) watch(ctx context.Context) {
	t := time.NewTicker(w.ttl / 3)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			n, err := extend.Run(ctx, w.rdb, []string{w.key}, w.token, 60000).Int64() // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
			if err != nil {
				log.Print(err)
				continue
			}
			if n == 0 {
				log.Print("lost")
				return
			}
		case <-w.done:
			return
		}
	}
}

// The one who ends tells the work.
func (w *watched) watchAndCancel(ctx context.Context) {
	defer w.cancel()
	for range time.Tick(w.ttl / 3) {
		n, err := extend.Run(ctx, w.rdb, []string{w.key}, w.token, 60000).Int64()
		if err != nil || n == 0 {
			return
		}
	}
}

// Who waits for the goroutine does so at the end of the work.
func (w *watched) watchCounted(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range time.Tick(w.ttl / 3) {
			n, err := extend.Run(ctx, w.rdb, []string{w.key}, w.token, 60000).Int64() // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
			if err != nil || n == 0 {
				return
			}
		}
	}()
}

var errLost = errors.New("the lock is lost")

func (w *watched) refresh(ctx context.Context) error {
	n, err := extend.Run(ctx, w.rdb, []string{w.key}, w.token, 60000).Int64()
	if err == nil && n == 0 {
		err = errLost
	}
	return err
}

func (w *watched) refreshAndCancel(ctx context.Context) error {
	n, err := extend.Run(ctx, w.rdb, []string{w.key}, w.token, 60000).Int64()
	if err == nil && n == 0 {
		w.cancel()
		err = errLost
	}
	return err
}

func (w *watched) keep(ctx context.Context) {
	go func() {
		for range time.Tick(w.ttl / 3) {
			_ = w.refresh(ctx) // want `lostsignal: the work goes on when the lock is lost: the result of the renewal, which says so, is dropped`
		}
	}()
	go func() {
		for range time.Tick(w.ttl / 3) {
			_ = w.refreshAndCancel(ctx)
		}
	}()
	go func() {
		for range time.Tick(w.ttl / 3) {
			if err := w.refresh(ctx); err != nil { // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
				return
			}
		}
	}()
	go func() {
		for range time.Tick(w.ttl / 3) {
			if err := w.refresh(ctx); err != nil {
				w.cancel()
				return
			}
		}
	}()
}

// A leased lock is a key of etcd that goes with its lease.
func leased(ctx context.Context, cli *clientv3.Client, key string, lost func()) error {
	lease, err := cli.Grant(ctx, 5)
	if err != nil {
		return err
	}
	alive, err := cli.KeepAlive(ctx, lease.ID) // want `lostsignal: the work goes on when the lease ends, and the lock with it: who reads the channel of KeepAlive does nothing about its end`
	if err != nil {
		return err
	}
	go func() {
		for {
			select {
			case r := <-alive:
				if r == nil {
					log.Print("the lease has ended")
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	heard, err := cli.KeepAlive(ctx, lease.ID)
	if err != nil {
		return err
	}
	go func() {
		for range heard {
		}
		lost()
	}()
	if _, err := cli.KeepAlive(ctx, lease.ID); err != nil { // want `lostsignal: the work goes on when the lease ends, and the lock with it: nobody reads the channel of KeepAlive, which is closed then`
		return err
	}
	r, err := cli.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "", clientv3.WithLease(lease.ID))).Commit()
	if err == nil && !r.Succeeded {
		err = errors.New("busy")
	}
	return err
}

// The work itself reads the channel, and ends with it.
func leasedHere(ctx context.Context, cli *clientv3.Client, key string, work func()) error {
	lease, err := cli.Grant(ctx, 5)
	if err != nil {
		return err
	}
	alive, err := cli.KeepAlive(ctx, lease.ID)
	if err != nil {
		return err
	}
	r, err := cli.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).Then(clientv3.OpPut(key, "", clientv3.WithLease(lease.ID))).Commit()
	if err != nil || !r.Succeeded {
		return err
	}
	for range alive {
		work()
	}
	return nil
}

// A service that is announced is no lock.
func announced(ctx context.Context, cli *clientv3.Client, key, address string) error {
	lease, err := cli.Grant(ctx, 5)
	if err != nil {
		return err
	}
	if _, err := cli.Put(ctx, key, address, clientv3.WithLease(lease.ID)); err != nil {
		return err
	}
	alive, err := cli.KeepAlive(ctx, lease.ID)
	if err != nil {
		return err
	}
	go func() {
		for range alive {
		}
	}()
	return nil
}
