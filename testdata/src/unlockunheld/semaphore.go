package unlockunheld

import (
	"context"

	"golang.org/x/sync/semaphore"
)

type printer struct {
	sem *semaphore.Weighted
	n   int
}

func (p *printer) print(ctx context.Context) {
	p.sem.Acquire(ctx, 1)
	p.n++
	p.sem.Release(1) // want `p\.sem is released here, but the Acquire at semaphore\.go:\d+ may have failed`
}

func (p *printer) checked(ctx context.Context) error {
	if err := p.sem.Acquire(ctx, 1); err != nil {
		return err
	}
	defer p.sem.Release(1)
	p.n++
	return nil
}

// This context never ends.
func (p *printer) patient() {
	p.sem.Acquire(context.Background(), 1)
	defer p.sem.Release(1)
	p.n++
}

// A variable that literals read holds the same context.
func (p *printer) endless(work func(context.Context)) {
	ctx := context.Background()
	run := func() { work(ctx) }
	p.sem.Acquire(ctx, 1)
	run()
	p.sem.Release(1)
}
