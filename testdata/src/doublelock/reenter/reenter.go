// Package reenter takes locks again.
package reenter

import (
	"context"

	"doublelock/reenter/mutex"
)

type repo struct {
	lock mutex.Mutex
	log  []string
}

func (r *repo) note(ctx context.Context, s string) error {
	return r.lock.With(ctx, func(context.Context) error {
		r.log = append(r.log, s)
		return nil
	})
}

// Fine: the context says that the lock is held.
func (r *repo) set(ctx context.Context) error {
	return r.lock.With(ctx, func(ctx context.Context) error { return r.note(ctx, "set") })
}

func (r *repo) lose(ctx context.Context) error {
	return r.lock.With(ctx, func(context.Context) error { return r.note(ctx, "lost") }) // want `r.lock.mu is locked again`
}

func (r *repo) forget(ctx context.Context) error {
	return r.lock.Forget(ctx, func(ctx context.Context) error { return r.note(ctx, "forgotten") }) // want `r.lock.mu is locked again`
}
