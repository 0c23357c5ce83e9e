// Package announced has queues whose readers say, under the lock, that they are about to wait.
package announced

import "sync"

type queue struct {
	mu      sync.Mutex
	waiting bool
	wakeup  chan struct{}
	done    chan struct{}
	items   []int
}

func newQueue() *queue {
	q := &queue{wakeup: make(chan struct{}, 1), done: make(chan struct{})}
	go q.loop()
	return q
}

// Fine: a reader that waits needs the lock no more before it receives.
func (q *queue) put(i int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting {
		q.waiting = false
		q.wakeup <- struct{}{}
	}
	q.items = append(q.items, i)
}

func (q *queue) get() (int, bool) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			i := q.items[0]
			q.items = q.items[1:]
			q.mu.Unlock()
			return i, true
		}
		q.waiting = true
		q.mu.Unlock()
		select {
		case <-q.wakeup:
		case <-q.done:
			return 0, false
		}
	}
}

func (q *queue) loop() {
	for {
		i, ok := q.get()
		if !ok {
			return
		}
		println(i)
	}
}

type late struct {
	mu      sync.Mutex
	waiting bool
	wakeup  chan struct{}
	items   []int
}

func newLate() *late {
	l := &late{wakeup: make(chan struct{})}
	go l.loop()
	return l
}

func (l *late) put(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting {
		l.waiting = false
		l.wakeup <- struct{}{} // want `send to l.wakeup with l.mu held`
	}
	l.items = append(l.items, i)
}

// loop takes the lock again after it has said that it waits.
func (l *late) loop() {
	for {
		l.mu.Lock()
		l.waiting = true
		l.mu.Unlock()
		l.mu.Lock()
		println(len(l.items))
		l.mu.Unlock()
		<-l.wakeup
	}
}
