// Package loop has goroutines that run what they are sent.
package loop

import "sync"

type call struct {
	f   func()
	ran chan struct{}
}

// A Loop runs one function after the other.
type Loop struct {
	calls      chan call
	quit, gone chan struct{}
}

func New() *Loop {
	l := &Loop{calls: make(chan call), quit: make(chan struct{}), gone: make(chan struct{})}
	go l.run()
	return l
}

func (l *Loop) run() {
	defer close(l.gone)
	for {
		select {
		case c := <-l.calls:
			l.exec(c)
		case <-l.quit:
			return
		}
	}
}

func (l *Loop) exec(c call) {
	c.f()
	close(c.ran)
}

// Do returns when f has run.
func (l *Loop) Do(f func()) {
	c := call{f, make(chan struct{})}
	select {
	case l.calls <- c:
		<-c.ran
	case <-l.gone:
	}
}

// Post does not wait.
func (l *Loop) Post(f func()) {
	select {
	case l.calls <- call{f, make(chan struct{})}:
	case <-l.gone:
	}
}

// A Task is something to do.
type Task interface{ Run() }

// A Queue runs one task after the other in the goroutine that has called Serve.
type Queue struct{ tasks chan Task }

func (q *Queue) Serve() {
	for t := range q.tasks {
		t.Run()
	}
}

func (q *Queue) Add(t Task) { q.tasks <- t }

type plain func()

func (f plain) Run() { f() }

// Wait returns when all that was added before has run.
func (q *Queue) Wait(t func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	q.Add(plain(func() { t(); wg.Done() }))
	wg.Wait()
}

// Workers run several functions at a time.
type Workers struct{ funcs chan func() }

func NewWorkers(n int) *Workers {
	w := &Workers{make(chan func(), 8)}
	for range n {
		go w.work()
	}
	return w
}

func (w *Workers) work() {
	for f := range w.funcs {
		f()
	}
}

func (w *Workers) Post(f func()) { w.funcs <- f }

func (w *Workers) Do(f func()) {
	ran := make(chan struct{})
	w.Post(func() {
		defer close(ran)
		f()
	})
	<-ran
}
