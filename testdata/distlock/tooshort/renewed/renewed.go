// Package renewed extends its locks while it works.
package renewed

import (
	"context"
	"time"

	"github.com/bsm/redislock"
)

func run(ctx context.Context, locker *redislock.Client, work func(context.Context) error) error {
	l, err := locker.Obtain(ctx, "report", 30*time.Second, nil)
	if err != nil {
		return err
	}
	defer l.Release(ctx)
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	go renew(limited, cancel, l)
	return work(limited)
}

func renew(ctx context.Context, cancel func(), l *redislock.Lock) {
	for ctx.Err() == nil {
		time.Sleep(10 * time.Second)
		if err := l.Refresh(ctx, 30*time.Second, nil); err != nil {
			cancel()
			return
		}
	}
}
