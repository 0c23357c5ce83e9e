package condwait

import (
	"sync"
	"time"
)

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

// Fine.
func (q *queue) Pop() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.filled.Wait()
	}
	n := q.items[0]
	q.items = q.items[1:]
	return n
}

func (q *queue) Push(n int) {
	q.filled.L.Lock()
	q.items = append(q.items, n)
	q.mu.Unlock()
	q.filled.Signal()
}

// Nobody outside can lock q.mu.
func (q *queue) Peek() int {
	for len(q.items) == 0 {
		q.filled.Wait() // want `Wait unlocks q\.mu, which is not locked`
	}
	return q.items[0]
}

func (q *queue) Drain() []int {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	for len(q.items) == 0 {
		q.filled.Wait() // want `Wait unlocks q\.mu, which was unlocked before, at held\.go:\d+`
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.items
}

// Fine: callers hold the lock.
func (q *queue) awaitLocked() {
	for len(q.items) == 0 {
		q.filled.Wait()
	}
}

func (q *queue) First() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.awaitLocked()
	return q.items[0]
}

// This one does not.
func (q *queue) awaitUnlocked() {
	for len(q.items) == 0 {
		q.filled.Wait() // want `Wait at held\.go:\d+ by \(\*queue\)\.awaitUnlocked unlocks q\.mu, which is not locked`
	}
}

func (q *queue) Second() int {
	q.awaitUnlocked()
	return q.items[1]
}

func (q *queue) Third() int {
	q.mu.Lock()
	n := len(q.items)
	q.mu.Unlock()
	q.awaitLocked() // want `Wait at held\.go:\d+ by \(\*queue\)\.awaitLocked unlocks q\.mu, which was unlocked before, at held\.go:\d+`
	return n
}

// A goroutine holds nothing.
func (q *queue) Watch(f func()) {
	q.mu.Lock()
	n := len(q.items)
	q.mu.Unlock()
	go func() {
		for len(q.items) == n {
			q.filled.Wait() // want `Wait unlocks q\.mu, which the goroutine started at held\.go:\d+ does not hold`
		}
		f()
	}()
}

// Reported once.
func (q *queue) watchers() {
	go q.watch()
	go q.watch()
}

func (q *queue) watch() {
	for len(q.items) == 0 {
		q.filled.Wait() // want `Wait unlocks q\.mu, which the goroutine started at held\.go:\d+ does not hold`
	}
}

// Fine: it locks the lock itself.
func (q *queue) Notify(f func()) {
	go func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		for len(q.items) == 0 {
			q.filled.Wait()
		}
		f()
	}()
}

// Fine: it gets the lock from the function that starts it.
func (q *queue) Lend(f func()) {
	q.mu.Lock()
	go func() {
		defer q.mu.Unlock()
		for len(q.items) == 0 {
			q.filled.Wait()
		}
		f()
	}()
}

// It does not give the lock back, so it takes it away for ever.
func (q *queue) Chan() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	ch := make(chan struct{})
	go func() {
		q.filled.Wait() // want `Wait unlocks q\.mu, which the goroutine started at held\.go:\d+ does not hold`
		close(ch)
	}()
	return ch
}

func (q *queue) Later(f func()) {
	time.AfterFunc(time.Second, func() {
		for len(q.items) == 0 {
			q.filled.Wait() // want `Wait unlocks q\.mu, which the goroutine started at held\.go:\d+ does not hold`
		}
		f()
	})
}

// Some paths only.
func (q *queue) Maybe(fast func() bool) int {
	locked := fast()
	if locked {
		q.mu.Lock()
	}
	for len(q.items) == 0 {
		q.filled.Wait() // want `Wait unlocks q\.mu, but only some paths to here lock it \(at held\.go:\d+\)`
	}
	n := q.items[0]
	if locked {
		q.mu.Unlock()
	}
	return n
}

// Fine: whoever calls it so holds the lock.
type callCtx struct{ nested bool }

func (q *queue) popIn(c any) int {
	if !callOf(c).nested {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	for len(q.items) == 0 {
		q.filled.Wait()
	}
	return q.items[0]
}

func callOf(c any) *callCtx

func (q *queue) background(c any) {
	go func() {
		q.popIn(c)
	}()
}

var commands = map[string]func(*queue, any) int{"pop": (*queue).popIn}

// Fine: the caller says whether it holds the lock.
func (q *queue) Take(locked bool) int {
	if !locked {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	for len(q.items) == 0 {
		q.filled.Wait()
	}
	return q.items[0]
}

// Fine: Lock and Unlock of the type itself.
type box struct {
	mu   sync.Mutex
	cond sync.Cond
	full bool
}

func newBox() *box {
	b := &box{}
	b.cond.L = &b.mu
	return b
}

func (b *box) Lock()   { b.mu.Lock() }
func (b *box) Unlock() { b.mu.Unlock() }

func (b *box) WaitFull() {
	for !b.full {
		b.cond.Wait()
	}
}

func (b *box) Fill() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.full = true
	b.cond.Broadcast()
}
