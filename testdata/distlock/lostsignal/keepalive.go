package lostsignal

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// The channel of KeepAlive is closed when the lease of the session ends.
//
//distlock:silent lostsignal
func campaignHeard(ctx context.Context, client *clientv3.Client, lessor clientv3.Lease, becomeLeader, becomeFollower func()) error {
	lease, err := lessor.Grant(ctx, 5)
	if err != nil {
		return err
	}
	ch, err := lessor.KeepAlive(client.Ctx(), lease.ID)
	if err != nil {
		return err
	}
	session, err := concurrency.NewSession(client, concurrency.WithLease(lease.ID))
	if err != nil {
		return err
	}
	defer session.Close()
	lock := concurrency.NewMutex(session, "/leader")
	if err := lock.Lock(ctx); err != nil {
		return err
	}
	becomeLeader()
	defer func() {
		becomeFollower()
		lock.Unlock(context.Background())
	}()
	for {
		select {
		case _, ok := <-ch:
			if !ok {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// It is that of another lease.
func campaignDeaf(ctx context.Context, client *clientv3.Client, lessor clientv3.Lease, other clientv3.LeaseID, becomeLeader, becomeFollower func()) error {
	lease, err := lessor.Grant(ctx, 5)
	if err != nil {
		return err
	}
	ch, err := lessor.KeepAlive(client.Ctx(), other)
	if err != nil {
		return err
	}
	session, err := concurrency.NewSession(client, concurrency.WithLease(lease.ID)) // want `lostsignal: this process leads on when another one leads`
	if err != nil {
		return err
	}
	defer session.Close()
	lock := concurrency.NewMutex(session, "/leader")
	if err := lock.Lock(ctx); err != nil {
		return err
	}
	becomeLeader()
	defer func() {
		becomeFollower()
		lock.Unlock(context.Background())
	}()
	for {
		select {
		case _, ok := <-ch:
			if !ok {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}
