package lostsignal

import (
	"context"
	"log"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/pkg/errors"
	"github.com/redis/go-redis/v9"
)

// A lease is renewed by a method that makes its errors with a package of errors.
type lease struct {
	rdb        *redis.Client
	key, token string
	done       chan struct{}
	lost       chan struct{}
}

func obtain(ctx context.Context, rdb *redis.Client, key string) (*lease, error) {
	l := &lease{rdb: rdb, key: key, token: uuid.NewString(), done: make(chan struct{}), lost: make(chan struct{})}
	ok, err := rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("held")
	}
	return l, nil
}

func (l *lease) refresh(ctx context.Context) error {
	n, err := extend.Run(ctx, l.rdb, []string{l.key}, l.token, strconv.Itoa(60000)).Result()
	if err != nil {
		return errors.Wrap(err, "refresh")
	}
	if n == int64(1) {
		return nil
	}
	return errors.New("lost")
}

func (l *lease) keep(ctx context.Context) {
	go func() {
		t := time.NewTicker(20 * time.Second)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if err := l.refresh(ctx); err != nil { // want `lostsignal: the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody`
					log.Println(err)
					return
				}
			case <-l.done:
				return
			}
		}
	}()
}

// This one says so.
func (l *lease) keepAndTell(ctx context.Context) {
	go func() {
		t := time.NewTicker(20 * time.Second)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if err := l.refresh(ctx); err != nil {
					close(l.lost)
					return
				}
			case <-l.done:
				return
			}
		}
	}()
}
