package condwait

import "sync"

type queueOf[T any] struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []T
	done  bool
}

func newQueueOf[T any]() *queueOf[T] {
	q := &queueOf[T]{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queueOf[T]) Get() T {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	return q.items[0]
}

func (q *queueOf[T]) GetOnce() T {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.cond.Wait() // want `not tested again`
	}
	return q.items[0]
}

func (q *queueOf[T]) GetUnlocked() T {
	for len(q.items) == 0 {
		q.cond.Wait() // want `Wait unlocks q\.mu, which is not locked`
	}
	return q.items[0]
}

func (q *queueOf[T]) Put(item T) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	q.cond.Broadcast()
}

func (q *queueOf[T]) AwaitDone() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.done {
		q.cond.Wait()
	}
}

func (q *queueOf[T]) Done() {
	q.done = true
	q.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at generics\.go:\d+ and be missed: lock q\.cond\.L for the change at generics\.go:\d+`
}

// A Cond that only an instance signals.
type onceOf[T any] struct {
	mu   sync.Mutex
	cond sync.Cond
	val  *T
}

func newOnceOf[T any]() *onceOf[T] {
	o := &onceOf[T]{}
	o.cond.L = &o.mu
	return o
}

func (o *onceOf[T]) Get() *T {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.val == nil {
		o.cond.Wait()
	}
	return o.val
}

func setInt(o *onceOf[int], n int) {
	o.mu.Lock()
	o.val = &n
	o.mu.Unlock()
	o.cond.Broadcast()
}
