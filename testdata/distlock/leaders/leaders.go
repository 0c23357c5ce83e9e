// Package leaders has processes that lead for ever, or never again.
package leaders

import (
	"context"
	"database/sql"
	"log"
	"os"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"k8s.io/client-go/tools/leaderelection"
)

// A scheduler takes the flag for the lock.
type scheduler struct {
	conn    *sql.Conn
	leader  atomic.Bool
	leading bool
	ready   bool
}

func (s *scheduler) try(ctx context.Context) bool {
	var ok bool
	err := s.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(42)").Scan(&ok)
	return err == nil && ok
}

func (s *scheduler) elect(ctx context.Context) {
	for range time.Tick(30 * time.Second) {
		var ok bool
		if err := s.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(42)").Scan(&ok); err == nil && ok {
			s.leader.Store(true) // want `leader: this process leads on when it has lost the lock: nothing sets s.leader to false again`
			s.ready = true
		}
	}
}

func (s *scheduler) electAgain(ctx context.Context) {
	for range time.Tick(30 * time.Second) {
		if s.try(ctx) {
			s.leading = true // want `leader: this process leads on when it has lost the lock: nothing sets s.leading to false again`
		}
	}
}

func (s *scheduler) job(work func()) {
	if s.leader.Load() || s.leading || s.ready {
		work()
	}
}

// Another place resets the flag.
type resetting struct {
	conn   *sql.Conn
	leader atomic.Bool
}

//distlock:silent leader
func (r *resetting) elect(ctx context.Context) {
	for range time.Tick(30 * time.Second) {
		var ok bool
		if err := r.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(42)").Scan(&ok); err == nil && ok {
			r.leader.Store(true)
		}
	}
}

func (r *resetting) check(ctx context.Context) {
	if r.conn.PingContext(ctx) != nil {
		r.leader.Store(false)
	}
}

func (r *resetting) job(work func()) {
	if r.leader.Load() {
		work()
	}
}

// A manager campaigns again and again.
type manager struct {
	cli      *clientv3.Client
	session  *concurrency.Session
	election *concurrency.Election
	leads    atomic.Bool
}

func (m *manager) campaign(ctx context.Context) {
	for ctx.Err() == nil {
		if err := m.election.Campaign(ctx, "n1"); err != nil { // want `leader: this process never leads again: its session has ended at leaders.go:\d+, and is used in the next campaign`
			log.Print(err)
			continue
		}
		m.leads.Store(true)
		select {
		case <-m.session.Done():
			m.lost()
		case <-ctx.Done():
			return
		}
	}
}

func (m *manager) lost() { m.leads.Store(false) }

//distlock:silent leader
func (m *manager) campaignWithNew(ctx context.Context) {
	for ctx.Err() == nil {
		if err := m.election.Campaign(ctx, "n1"); err != nil {
			log.Print(err)
			continue
		}
		m.leads.Store(true)
		select {
		case <-m.session.Done():
			m.renew()
		case <-ctx.Done():
			return
		}
	}
}

func (m *manager) renew() {
	m.lost()
	s, err := concurrency.NewSession(m.cli)
	if err != nil {
		log.Fatal(err)
	}
	m.session, m.election = s, concurrency.NewElection(s, "/leader")
}

func once(ctx context.Context, cfg leaderelection.LeaderElectionConfig, serve func(), served <-chan error) {
	cfg.Callbacks.OnStoppedLeading = func() { log.Print("stopped") }
	go serve()
	leaderelection.RunOrDie(ctx, cfg) // want `leader: this process never leads again when it has lost the lease: RunOrDie returns then, and is not called again`
	<-served
}

func onceAside(ctx context.Context, cfg leaderelection.LeaderElectionConfig, serve func()) {
	cfg.Callbacks.OnStoppedLeading = func() { log.Print("stopped") }
	go func() {
		leaderelection.RunOrDie(ctx, cfg) // want `leader: this process never leads again when it has lost the lease: RunOrDie returns then, and is not called again`
	}()
	serve()
}

//distlock:silent leader
func exits(ctx context.Context, cfg leaderelection.LeaderElectionConfig, serve func()) {
	cfg.Callbacks.OnStoppedLeading = func() { os.Exit(1) }
	go leaderelection.RunOrDie(ctx, cfg)
	go func() {
		leaderelection.RunOrDie(ctx, cfg)
	}()
	serve()
}

//distlock:silent leader
func again(ctx context.Context, cfg leaderelection.LeaderElectionConfig, serve func()) {
	cfg.Callbacks.OnStoppedLeading = func() { log.Print("stopped") }
	go func() {
		for ctx.Err() == nil {
			leaderelection.RunOrDie(ctx, cfg)
		}
	}()
	serve()
}

//distlock:silent leader
func tellsAfter(ctx context.Context, cfg leaderelection.LeaderElectionConfig, cancel, serve func()) {
	cfg.Callbacks.OnStoppedLeading = func() { log.Print("stopped") }
	go func() {
		defer cancel()
		leaderelection.RunOrDie(ctx, cfg)
	}()
	serve()
}
