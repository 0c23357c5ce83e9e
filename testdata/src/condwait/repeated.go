package condwait

import (
	"sync"
	"time"
)

// A Signal that is repeated until the goroutine has ended may come too early.

type queuer struct {
	mu    sync.Mutex
	cond  *sync.Cond
	queue []int
	quit  chan struct{}
	done  chan struct{}
}

func newQueuer() *queuer {
	q := &queuer{quit: make(chan struct{}), done: make(chan struct{})}
	q.cond = sync.NewCond(&q.mu)
	go q.run()
	return q
}

func (q *queuer) run() {
	defer close(q.done)
	for {
		q.mu.Lock()
		for len(q.queue) == 0 {
			q.cond.Wait()
			select {
			case <-q.quit:
				q.mu.Unlock()
				return
			default:
			}
		}
		q.queue = q.queue[1:]
		q.mu.Unlock()
	}
}

func (q *queuer) Put(i int) {
	q.mu.Lock()
	q.queue = append(q.queue, i)
	q.mu.Unlock()
	q.cond.Signal()
}

func (q *queuer) Stop() {
	close(q.quit)
	for {
		select {
		case <-q.done:
			return
		case <-time.After(50 * time.Millisecond):
			q.cond.Signal()
		}
	}
}

func (q *queuer) Stop3() {
	close(q.quit)
	for range 3 {
		q.cond.Signal() // want `Signal may fall between the test and the Wait at repeated\.go:\d+ and be missed: lock q\.cond\.L for the change at repeated\.go:\d+`
	}
}

func (q *queuer) StopOnce() {
	close(q.quit)
	q.cond.Signal() // want `Signal may fall between the test and the Wait at repeated\.go:\d+ and be missed: lock q\.cond\.L for the change at repeated\.go:\d+`
	<-q.done
}
