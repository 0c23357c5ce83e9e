// A program makes its objects in main, and their methods start the goroutines.
package main

import (
	"fmt"
	"sync"
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

// A group starts the goroutine.
type pool struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	done chan bool
	n    int
}

func (p *pool) start() {
	p.wg.Go(func() {
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
		close(p.done)
	})
}

func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	<-p.done // want `receive from p\.done with p\.mu held \(since main\.go:\d+\): its close \(main\.go:\d+\) must lock p\.mu first \(main\.go:\d+\): deadlock`
	fmt.Println(p.n)
}

func main() {
	s := &server{quit: make(chan struct{}), done: make(chan struct{})}
	s.start()
	s.stop()
	p := &pool{done: make(chan bool)}
	p.start()
	p.stop()
}
