package silent

import (
	"context"
	"errors"
	"sync"
)

// Shape 5: acquired on success only.

var errGone = errors.New("gone")

type volume struct {
	mu      sync.Mutex
	mounted bool
	refs    int
}

func (v *volume) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	if !v.mounted {
		v.mu.Unlock()
		return errGone
	}
	return nil
}

func (v *volume) release() { v.mu.Unlock() }

func (v *volume) use(ctx context.Context) error {
	if err := v.acquire(ctx); err != nil {
		return err
	}
	defer v.release()
	v.refs++
	return nil
}

func (v *volume) useTwice(ctx context.Context) (err error) {
	if err = v.acquire(ctx); err == nil {
		v.refs++
		v.release()
	}
	if err := v.acquire(ctx); err == nil {
		defer v.release()
		v.refs++
	}
	return err
}

// Two results.
func (v *volume) get() (n int, ok bool) {
	v.mu.Lock()
	if v.refs == 0 {
		v.mu.Unlock()
		return 0, false
	}
	return v.refs, true
}

func (v *volume) decr() {
	n, ok := v.get()
	if !ok {
		return
	}
	v.refs = n - 1
	v.mu.Unlock()
}

// Through another function.
func (v *volume) begin(ctx context.Context) error {
	if err := v.acquire(ctx); err != nil {
		return err
	}
	v.refs++
	return nil
}

func (v *volume) end() {
	v.refs--
	v.release()
}

func (v *volume) with(ctx context.Context, f func() error) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	defer v.end()
	return f()
}
