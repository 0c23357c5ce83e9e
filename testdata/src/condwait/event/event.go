// Package event: loops around Wait that end at events.
package event

import (
	"context"
	"errors"
	"sync"
	"time"
)

type Queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewQueue() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) Put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, x)
	q.cond.Broadcast()
}

func (q *Queue) Get(ctx context.Context) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		q.cond.Wait() // want `nothing ends Wait when ctx is done, which its loop tests: call q\.cond\.Broadcast then, with context\.AfterFunc`
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x, nil
}

func (q *Queue) Await(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && ctx.Err() == nil {
		q.cond.Wait() // want `nothing ends Wait when ctx is done`
	}
	return len(q.items) > 0
}

func (q *Queue) AwaitStop(stop <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		select {
		case <-stop:
			return
		default:
		}
		q.cond.Wait() // want `nothing ends Wait when stop is done`
	}
}

func (q *Queue) AwaitDone(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait() // want `nothing ends Wait when ctx is done`
		select {
		case <-ctx.Done():
			return
		default:
		}
	}
}

var errTime = errors.New("time is up")

func (q *Queue) GetFor(d time.Duration) error {
	start := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if time.Since(start) > d {
			return errTime
		}
		q.cond.Wait() // want `nothing ends Wait when the time is up, which its loop tests: call q\.cond\.Broadcast then, with time\.AfterFunc`
	}
	return nil
}

func (q *Queue) GetUntil(deadline time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if time.Now().After(deadline) {
			return errTime
		}
		q.cond.Wait() // want `nothing ends Wait when the time is up`
	}
	return nil
}

// Fine: the context is tested before, and not in the loop.
func (q *Queue) GetIfLive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	return ctx.Err()
}

// Fine: it takes note of the time, and goes on.
func (q *Queue) GetSlowly(log func(string)) {
	start := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
		if time.Since(start) > time.Second {
			log("slow")
		}
	}
}

func (q *Queue) GetBefore(deadline time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && time.Until(deadline) > 0 {
		q.cond.Wait() // want `nothing ends Wait when the time is up`
	}
	for len(q.items) == 0 && !deadline.Before(time.Now()) {
		q.cond.Wait() // want `nothing ends Wait when the time is up`
	}
}

// Fine: as time passes, it waits for more.
func (q *Queue) GetFairly(held time.Time, d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 || len(q.items) == 1 && time.Since(held) > d {
		q.cond.Wait()
	}
}

// Fine: who ends the context wakes those who wait for its end.
type watcher struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []string
	cancel context.CancelFunc
}

func (w *watcher) start() {
	w.cond = sync.NewCond(&w.mu)
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	go w.next(ctx)
}

func (w *watcher) next(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.items) == 0 && ctx.Err() == nil {
		w.cond.Wait()
	}
	w.items = nil
}

func (w *watcher) put(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(w.items, s)
	w.cond.Broadcast()
}

func (w *watcher) stop() {
	if w.cancel != nil {
		w.cancel()
	}
	w.mu.Lock()
	w.items = nil
	w.cond.Broadcast()
	w.mu.Unlock()
}

// One of those who end it does not.
type reader struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []string
	cancel context.CancelFunc
}

func (r *reader) start() {
	r.cond = sync.NewCond(&r.mu)
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	go r.next(ctx)
}

func (r *reader) next(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.items) == 0 && ctx.Err() == nil {
		r.cond.Wait() // want `nothing ends Wait when ctx is done`
	}
	r.items = nil
}

func (r *reader) put(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items = append(r.items, s)
	r.cond.Broadcast()
}

func (r *reader) stop() {
	r.cancel()
	r.mu.Lock()
	r.items = nil
	r.cond.Broadcast()
	r.mu.Unlock()
}

func (r *reader) kill() { r.cancel() }
