package deadctx

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

type candidate struct {
	client   *clientv3.Client
	session  *concurrency.Session
	election *concurrency.Election
}

// The session is closed next, and the leadership ends with it.
func (c *candidate) run(ctx context.Context) error {
	s, err := concurrency.NewSession(c.client)
	if err != nil {
		return err
	}
	c.session, c.election = s, concurrency.NewElection(s, "/jobs/leader")
	if err := c.election.Campaign(ctx, "me"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		c.stepDown(ctx)
		return nil
	case <-s.Done():
		return c.election.Resign(context.WithoutCancel(ctx))
	}
}

func (c *candidate) stepDown(ctx context.Context) {
	_ = c.election.Resign(ctx)
	_ = c.session.Close()
}

// Another session is closed.
type stayer struct {
	client         *clientv3.Client
	session, other *concurrency.Session
	election       *concurrency.Election
}

func (c *stayer) run(ctx context.Context) error {
	s, err := concurrency.NewSession(c.client)
	if err != nil {
		return err
	}
	if c.other, err = concurrency.NewSession(c.client); err != nil {
		return err
	}
	c.session, c.election = s, concurrency.NewElection(s, "/other/leader")
	if err := c.election.Campaign(ctx, "me"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		c.stepDown(ctx) // want `deadctx: the release of c\.election is refused: its context has ended at sessions\.go:\d+`
		return nil
	case <-s.Done():
		return c.election.Resign(context.WithoutCancel(ctx))
	}
}

func (c *stayer) stepDown(ctx context.Context) {
	_ = c.election.Resign(ctx)
	_ = c.other.Close()
}
