// A program makes its objects in main, and their methods start the goroutines.
package main

import (
	"fmt"
	"sync"
	"time"
)

type server struct {
	mu         sync.Mutex
	quit, done chan struct{}
	n          int
}

func (s *server) start() { go s.run() }

func (s *server) run() {
	defer close(s.done)
	for {
		select {
		case <-s.quit:
			return
		default:
			s.mu.Lock()
			s.n++
			s.mu.Unlock()
		}
	}
}

func (s *server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.quit)
	<-s.done // want `receive from s\.done with s\.mu held \(since main\.go:\d+\): its close \(main\.go:\d+\) must lock s\.mu first \(main\.go:\d+\): deadlock`
}

type alarm struct {
	mu    sync.Mutex
	timer *time.Timer
	done  chan bool
}

func (a *alarm) start() {
	a.done = make(chan bool)
	a.timer = time.AfterFunc(time.Second, func() {
		a.mu.Lock()
		fmt.Println("ring")
		a.mu.Unlock()
		close(a.done)
	})
}

func (a *alarm) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.timer.Stop() {
		<-a.done // want `receive from a\.done with a\.mu held \(since main\.go:\d+\): its close \(main\.go:\d+\) must lock a\.mu first \(main\.go:\d+\): deadlock`
	}
}

func main() {
	s := &server{quit: make(chan struct{}), done: make(chan struct{})}
	s.start()
	s.stop()
	a := &alarm{}
	a.start()
	a.stop()
}
