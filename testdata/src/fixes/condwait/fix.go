// Package condwait shows what is offered as a fix, and what is not.
package condwait

import "sync"

type queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
	open  bool
}

func newQueue() *queue {
	q := &queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.cond.Wait() // want `not tested again`
	}
	n := q.items[0]
	q.items = q.items[1:]
	return n
}

// There is more to do than to wait.
func (q *queue) takeSlowly() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.open = true
		q.cond.Wait() // want `not tested again`
	}
	return q.items[0]
}

// A loop has no else.
func (q *queue) takeElse() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) > 0 {
		q.open = true
	} else if !q.open {
		q.cond.Wait() // want `not tested again`
	}
	return q.items[0]
}

func (q *queue) nonEmpty() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
}

func (q *queue) isOpen() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.open {
		q.cond.Wait()
	}
}

func (q *queue) put(n int) {
	q.mu.Lock()
	q.items = append(q.items, n)
	q.mu.Unlock()
	q.cond.Signal() // want `Signal may wake`
}
