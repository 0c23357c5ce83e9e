// Package lease has locks whose renewal is for their holders to run.
package lease

import (
	"context"
	"errors"
	"log"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

var (
	errHeld = errors.New("held")
	errLost = errors.New("lost")
)

// A script that answers -1 to who does not have the lock.
var extend = redis.NewScript(`
if redis.call("get", KEYS[1]) ~= ARGV[1] then return -1 end
return redis.call("pexpire", KEYS[1], ARGV[2])`)

type Lease struct {
	rdb        *redis.Client
	key, token string
	gone       bool
}

func New(rdb *redis.Client, key string) *Lease {
	return &Lease{rdb: rdb, key: key, token: uuid.NewString()}
}

func (l *Lease) Lock(ctx context.Context) error {
	ok, err := l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
	if err != nil {
		return err
	}
	if !ok {
		return errHeld
	}
	return nil
}

func (l *Lease) Renew(ctx context.Context) error {
	n, err := extend.Run(ctx, l.rdb, []string{l.key}, l.token, 60000).Int64()
	if err != nil {
		return err
	}
	if n == -1 {
		return errLost
	}
	return nil
}

// Loop comes to its end when the lock is lost: who runs it may do something about it.
func (l *Lease) Loop(ctx context.Context) {
	t := time.NewTicker(20 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := l.Renew(ctx); err != nil {
				log.Println(err)
				return
			}
		}
	}
}

// Watch tells by a function that it is given.
func (l *Lease) Watch(ctx context.Context, lost func()) {
	for range time.Tick(20 * time.Second) {
		if l.Renew(ctx) != nil {
			lost()
			return
		}
	}
}

// Stubborn tries again, and says nothing of a lock that is another's.
func (l *Lease) Stubborn(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		if err := l.Renew(ctx); err != nil { // want `lostsignal: the work goes on when the lock is lost: a renewal that fails is printed and tried again`
			log.Println(err)
		}
	}
}

// Twice tries once more, and does not look at what came of it.
func (l *Lease) Twice(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		if err := l.Renew(ctx); err != nil {
			time.Sleep(time.Second)
			_ = l.Renew(ctx)
		}
	}
}

func (l *Lease) printed(ctx context.Context) {
	if err := l.Renew(ctx); err != nil {
		log.Println(err)
	}
}

func (l *Lease) Printing(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		l.printed(ctx) // want `lostsignal: the work goes on when the lock is lost: printed finds that it is, and tells nobody`
	}
}

func (l *Lease) noted(ctx context.Context) {
	if err := l.Renew(ctx); err != nil {
		l.gone = true
	}
}

func (l *Lease) Noting(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		l.noted(ctx)
	}
}

// Anew takes the lock again when it is lost.
func (l *Lease) Anew(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		if err := l.Renew(ctx); err != nil {
			log.Println(err)
			if err := l.Lock(ctx); err != nil {
				log.Println(err)
			}
		}
	}
}

// Twice where it runs in a goroutine of its own only.
func (l *Lease) twice(ctx context.Context) {
	for range time.Tick(20 * time.Second) {
		if err := l.Renew(ctx); err != nil {
			time.Sleep(time.Second)
			_ = l.Renew(ctx) // want `lostsignal: the work goes on when the lock is lost: the result of the renewal, which says so, is dropped`
		}
	}
}

func (l *Lease) Start(ctx context.Context) { go l.twice(ctx) }
