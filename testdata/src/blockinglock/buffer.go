package blockinglock

import "sync"

// A buffer that fills up.
type mailbox struct {
	mu sync.Mutex
	ch chan int
}

func newMailbox() *mailbox {
	m := &mailbox{ch: make(chan int, 1)}
	go m.run()
	return m
}

func (m *mailbox) run() {
	for range m.ch {
		m.mu.Lock()
		m.mu.Unlock()
	}
}

func (m *mailbox) put(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ch <- n // want `send to m\.ch with m\.mu held \(since buffer\.go:\d+\): its receiver \(buffer\.go:\d+\) must lock m\.mu first \(buffer\.go:\d+\): deadlock`
}

// A buffer with room for all that is ever sent.
func first(mu *sync.Mutex) int {
	ch := make(chan int, 1)
	go func() {
		mu.Lock()
		ch <- 1
		mu.Unlock()
	}()
	mu.Lock()
	mu.Unlock()
	return <-ch
}

// How large it is is not known.
type queue struct {
	mu sync.Mutex
	ch chan int
}

func newQueue(n int) *queue { return &queue{ch: make(chan int, n)} }

func (q *queue) run() {
	for range q.ch {
		q.mu.Lock()
		q.mu.Unlock()
	}
}

func (q *queue) put(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ch <- n
}

// A token is taken and given back.
type limited struct {
	mu  sync.Mutex
	sem chan struct{}
}

func newLimited() *limited { return &limited{sem: make(chan struct{}, 2)} }

func (l *limited) do() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sem <- struct{}{}
	<-l.sem
}
