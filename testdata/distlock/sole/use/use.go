// Package use locks through interfaces of another package.
package use

import (
	"context"
	"net/http"

	"distlock.test/sole/locks"
)

type service struct {
	locks locks.Locker
	any   locks.Either
}

func (s *service) book(ctx context.Context, seat string, work func()) error {
	defer s.locks.Release(context.WithoutCancel(ctx), seat) // want `notheld: `
	ok, err := s.locks.Acquire(ctx, seat)
	if err != nil || !ok {
		return err
	}
	work()
	return nil
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ok, err := s.locks.Acquire(r.Context(), "page")
	if err != nil || !ok {
		return
	}
	defer s.locks.Release(r.Context(), "page") // want `deadctx: `
}

// Who knows which one it is.
//
//distlock:silent notheld
func (s *service) bookAny(ctx context.Context, seat string, work func()) error {
	defer s.any.ReleaseAny(context.WithoutCancel(ctx), seat)
	ok, err := s.any.AcquireAny(ctx, seat)
	if err != nil || !ok {
		return err
	}
	work()
	return nil
}
