package missingunlock

import "sync"

type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	items  []int
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.filled = sync.NewCond(&q.mu)
	return q
}

// Fine: Wait gives the lock back before it returns.
func (q *queue) pop() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.filled.Wait()
	}
	if q.closed {
		return 0, false
	}
	n := q.items[0]
	q.items = q.items[1:]
	return n, true
}

// Fine: the lock by way of the Cond.
func (q *queue) push(n int) {
	q.filled.L.Lock()
	q.items = append(q.items, n)
	q.mu.Unlock()
	q.filled.Signal()
}

func (q *queue) peek() (int, bool) {
	q.filled.L.Lock()
	for len(q.items) == 0 {
		if q.closed {
			return 0, false // want `return with q\.filled\.L still locked`
		}
		q.filled.Wait()
	}
	n := q.items[0]
	q.filled.L.Unlock()
	return n, true
}

// A Cond that is a value, with a lock of its own.
type barrier struct {
	cond sync.Cond
	left int
}

func newBarrier(n int) *barrier {
	return &barrier{cond: sync.Cond{L: new(sync.Mutex)}, left: n}
}

func (b *barrier) wait() {
	b.cond.L.Lock()
	b.left--
	if b.left == 0 {
		b.cond.Broadcast()
		return // want `return with b\.cond\.L still locked`
	}
	for b.left > 0 {
		b.cond.Wait()
	}
	b.cond.L.Unlock()
}
