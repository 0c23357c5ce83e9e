// Package web releases locks with the contexts of requests.
package web

import (
	"context"
	"net/http"
	"time"

	"github.com/go-redsync/redsync/v4"

	"distlock.test/kinds/locker"
)

type server struct {
	locks *locker.Locker
	rs    *redsync.Redsync
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	ok, err := s.locks.Acquire(ctx, "report", "t1")
	if err != nil || !ok {
		http.Error(w, "busy", http.StatusConflict)
		return
	}
	defer s.locks.Release(ctx, "report", "t1") // want `deadctx: `
	work(ctx)
}

func (s *server) mutex(w http.ResponseWriter, r *http.Request) {
	m := s.rs.NewMutex("report")
	if err := m.LockContext(r.Context()); err != nil {
		return
	}
	defer func() {
		_, _ = m.UnlockContext(r.Context()) // want `deadctx: `
	}()
	work(r.Context())
}

func (s *server) limited(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if ok, err := s.locks.Acquire(ctx, "report", "t2"); err != nil || !ok {
		return
	}
	defer s.locks.Release(ctx, "report", "t2") // want `deadctx: `
	work(ctx)
}

//distlock:silent deadctx
func (s *server) outlives(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	m := s.rs.NewMutex("report")
	if err := m.LockContext(ctx); err != nil {
		return
	}
	defer m.UnlockContext(context.WithoutCancel(ctx))
	work(ctx)
}

//distlock:silent deadctx
func (s *server) given(ctx context.Context) error {
	m := s.rs.NewMutex("given")
	if err := m.LockContext(ctx); err != nil {
		return err
	}
	defer m.UnlockContext(ctx)
	work(ctx)
	return nil
}

func work(context.Context) {}
