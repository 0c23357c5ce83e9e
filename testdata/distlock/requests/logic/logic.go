// Package logic has objects as go-zero makes them for each request.
package logic

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/zeromicro/go-zero/core/logx"

	"distlock.test/kinds/locker"
)

type PayLogic struct {
	logx.Logger
	ctx   context.Context
	locks *locker.Locker
	rdb   *redis.Client
	token string
}

func NewPayLogic(ctx context.Context, locks *locker.Locker) *PayLogic {
	return &PayLogic{Logger: logx.WithContext(ctx), ctx: ctx, locks: locks}
}

func (l *PayLogic) Pay(order string) error {
	ok, err := l.locks.Acquire(l.ctx, "pay:"+order, "t1")
	if err != nil || !ok {
		return err
	}
	defer func() {
		if err := l.locks.Release(l.ctx, "pay:"+order, "t1"); err != nil { // want `deadctx: `
			l.Error(err)
		}
	}()
	return pay(l.ctx)
}

// The command is one of a pipeline, and its reply is looked at.
func (l *PayLogic) Buy(order string) error {
	pipe := l.rdb.Pipeline()
	count := pipe.Incr(l.ctx, "orders")
	got := pipe.SetNX(l.ctx, "lock:buy:"+order, l.token, time.Minute)
	if _, err := pipe.Exec(l.ctx); err != nil {
		return err
	}
	if count.Val() > 10 || !got.Val() {
		return nil
	}
	defer func() {
		_ = l.locks.Release(l.ctx, "buy:"+order, l.token) // want `deadctx: `
	}()
	return pay(l.ctx)
}

//distlock:silent deadctx
func (l *PayLogic) PayToEnd(order string) error {
	ok, err := l.locks.Acquire(l.ctx, "end:"+order, "t1")
	if err != nil || !ok {
		return err
	}
	defer l.locks.Release(context.WithoutCancel(l.ctx), "end:"+order, "t1")
	return pay(l.ctx)
}

// A worker has a context of its own.
type worker struct {
	ctx   context.Context
	locks *locker.Locker
}

//distlock:silent deadctx
func (w *worker) run(order string) error {
	ok, err := w.locks.Acquire(w.ctx, "run:"+order, "t1")
	if err != nil || !ok {
		return err
	}
	defer w.locks.Release(w.ctx, "run:"+order, "t1")
	return pay(w.ctx)
}

func pay(context.Context) error { return nil }
