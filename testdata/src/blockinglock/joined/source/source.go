// Package source calls what it is given in goroutines, and can wait for them.
package source

import "sync"

type Source struct {
	In   chan int
	quit chan struct{}
	done chan struct{}
}

func (s *Source) Subscribe(cb func(int)) {
	s.quit = make(chan struct{})
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		for {
			select {
			case e := <-s.In:
				cb(e)
			case <-s.quit:
				return
			}
		}
	}()
}

func (s *Source) Unsubscribe() {
	close(s.quit)
	<-s.done
}

// A Listener is told.
type Listener interface{ Update(int) }

// A Poller tells.
type Poller interface {
	Close()
}

type poller struct {
	l    Listener
	in   chan int
	quit chan struct{}
	wg   sync.WaitGroup
}

func New(l Listener, in chan int) Poller {
	p := &poller{l: l, in: in, quit: make(chan struct{})}
	p.wg.Add(1)
	go p.watch()
	return p
}

func (p *poller) watch() {
	defer p.wg.Done()
	for {
		select {
		case e := <-p.in:
			p.l.Update(e)
		case <-p.quit:
			return
		}
	}
}

func (p *poller) Close() {
	close(p.quit)
	p.stopped()
}

func (p *poller) stopped() { p.wg.Wait() }
