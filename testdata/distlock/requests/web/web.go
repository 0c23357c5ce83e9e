// Package web hands the contexts of requests on to functions that lock.
package web

import (
	"context"
	"log"
	"net/http"

	"github.com/redis/go-redis/v9"

	"distlock.test/kinds/locker"
	"distlock.test/requests/jobs"
)

type server struct {
	jobs *jobs.Jobs
	rdb  *redis.Client
}

func (s *server) run(w http.ResponseWriter, r *http.Request) {
	if err := s.jobs.Run(r.Context(), "report", work); err != nil { // want `deadctx: lock "lock:job" is not released if the client goes away: jobs\.go:\d+ has the request's context`
		http.Error(w, err.Error(), http.StatusConflict)
	}
}

func (s *server) traced(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	_ = s.jobs.RunTraced(ctx, "report", work) // want `deadctx: `
}

//distlock:silent deadctx
func (s *server) toEnd(w http.ResponseWriter, r *http.Request) {
	_ = s.jobs.RunToEnd(r.Context(), "report", work)
	_ = s.jobs.RunOwned(r.Context(), "report", work)
	_ = s.jobs.Run(context.Background(), "report", work)
	_ = s.jobs.Run(context.WithoutCancel(r.Context()), "report", work)
	_ = jobs.Fill(r.Context(), context.Background(), s.rdb, work)
}

func (s *server) fill(w http.ResponseWriter, r *http.Request) {
	_ = jobs.Fill(context.Background(), r.Context(), s.rdb, work) // want `deadctx: `
}

func work(context.Context) error { return nil }

// A ledger is of the package itself.
type ledger struct {
	locks *locker.Locker
	apply func(context.Context) error
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := l.record(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
	}
}

func (l *ledger) record(ctx context.Context) error {
	ok, err := l.locks.Acquire(ctx, "ledger", "t1")
	if err != nil || !ok {
		return err
	}
	defer l.release(ctx) // want `deadctx: the release of lock "lock:ledger" is refused if the client goes away: its context is that of the request`
	return l.apply(ctx)
}

func (l *ledger) release(ctx context.Context) {
	if err := l.locks.Release(ctx, "ledger", "t1"); err != nil {
		log.Print(err)
	}
}

// Nobody calls this one with a request's, although a neighbour is.
//
//distlock:silent deadctx
func (l *ledger) settle(ctx context.Context) error {
	ok, err := l.locks.Acquire(ctx, "settle", "t1")
	if err != nil || !ok {
		return err
	}
	defer func() { _ = l.locks.Release(ctx, "settle", "t1") }()
	return l.apply(ctx)
}

func (l *ledger) daily() { _ = l.settle(context.Background()) }
