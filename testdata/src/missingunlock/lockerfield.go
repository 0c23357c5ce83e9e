package missingunlock

import (
	"context"
	"sync"
)

// A wakeup gives back the lock of the queue that it is made for.
type wakeup struct {
	signal chan struct{}
	l      sync.Locker
}

func newWakeup(l sync.Locker) *wakeup { return &wakeup{make(chan struct{}), l} }

func (w *wakeup) broadcast() {
	old := w.signal
	w.signal = make(chan struct{})
	w.l.Unlock()
	close(old)
}

func (w *wakeup) wait() <-chan struct{} {
	signal := w.signal
	w.l.Unlock()
	return signal
}

type waitqueue[T any] struct {
	mutex    *sync.RWMutex
	max      int
	items    []T
	notEmpty *wakeup
	notFull  *wakeup
}

func newWaitqueue[T any](max int) *waitqueue[T] {
	mutex := &sync.RWMutex{}
	return &waitqueue[T]{mutex: mutex, max: max, notEmpty: newWakeup(mutex), notFull: newWakeup(mutex)}
}

func (q *waitqueue[T]) Enqueue(ctx context.Context, t T) error {
	q.mutex.Lock()
	for len(q.items) == q.max {
		signal := q.notFull.wait()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-signal:
			q.mutex.Lock()
		}
	}
	q.items = append(q.items, t)
	q.notEmpty.broadcast()
	return nil
}

func (q *waitqueue[T]) TryEnqueue(t T) bool {
	q.mutex.Lock()
	if len(q.items) == q.max {
		return false // want `return with q\.mutex still locked since lockerfield\.go:\d+; other paths unlock it`
	}
	q.items = append(q.items, t)
	q.notEmpty.broadcast()
	return true
}

// Here the lock is a field by value.
type waitstack struct {
	mu      sync.Mutex
	items   []int
	changed *wakeup
}

func newWaitstack() *waitstack {
	s := &waitstack{}
	s.changed = newWakeup(&s.mu)
	return s
}

func (s *waitstack) Push(i int) {
	s.mu.Lock()
	s.items = append(s.items, i)
	s.changed.broadcast()
}

func (s *waitstack) Pop() int {
	s.mu.Lock()
	if len(s.items) == 0 {
		return 0 // want `return with s\.mu still locked since lockerfield\.go:\d+; other paths unlock it`
	}
	i := s.items[0]
	s.items = s.items[1:]
	s.changed.broadcast()
	return i
}

// A wakeup that is made with the lock of another object does not unlock the one of its owner.
type waitpair struct {
	in, out sync.Mutex
	changed *wakeup
}

func newWaitpair() *waitpair {
	p := &waitpair{}
	p.changed = newWakeup(&p.in)
	return p
}

func (p *waitpair) Close(again bool) {
	p.in.Lock()
	p.out.Lock()
	p.changed.broadcast()
	if again {
		return // want `return with p\.out still locked since lockerfield\.go:\d+; other paths unlock it`
	}
	p.out.Unlock()
}
