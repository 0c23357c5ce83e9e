// Package oneend has channels of which code out of sight gets one end only: that it may receive is no help to
// who waits for a message, and that it may send is none to who waits for a receiver.
package oneend

import "sync"

// A Server closes done when it has come to its end.
type Server struct {
	mu   sync.Mutex
	n    int
	done chan struct{}
}

func NewServer() *Server {
	s := &Server{done: make(chan struct{})}
	go s.run()
	return s
}

// Done is closed when the server is at its end.
func (s *Server) Done() <-chan struct{} { return s.done }

func (s *Server) run() {
	defer close(s.done)
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}

func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	<-s.done // want `s\.done`
}

// A Task lets others close its channel.
type Task struct {
	mu   sync.Mutex
	n    int
	done chan struct{}
}

func NewTask() *Task {
	t := &Task{done: make(chan struct{})}
	go t.run()
	return t
}

// Done returns the whole channel: who has it may close it.
func (t *Task) Done() chan struct{} { return t.done }

func (t *Task) run() {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
	close(t.done)
}

func (t *Task) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	<-t.done
}

// A Sink is fed by others.
type Sink struct {
	mu sync.Mutex
	n  int
	in chan int
}

func NewSink() *Sink {
	s := &Sink{in: make(chan int)}
	go s.run()
	return s
}

// In is where numbers go.
func (s *Sink) In() chan<- int { return s.in }

func (s *Sink) run() {
	for n := range s.in {
		s.mu.Lock()
		s.n += n
		s.mu.Unlock()
	}
}

func (s *Sink) Put(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in <- n // want `s\.in`
}

// A Source is read by others.
type Source struct {
	mu  sync.Mutex
	n   int
	out chan int
}

func NewSource() *Source {
	s := &Source{out: make(chan int)}
	go s.run()
	return s
}

// Out is where numbers come from.
func (s *Source) Out() <-chan int { return s.out }

func (s *Source) run() {
	for n := range s.out {
		s.mu.Lock()
		s.n -= n
		s.mu.Unlock()
	}
}

func (s *Source) Put(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out <- n
}
