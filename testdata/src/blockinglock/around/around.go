// Package around has queues that lie in the struct to which a field of theirs leads back.
package around

import "sync"

type server struct {
	mu    sync.Mutex
	queue queue
}

type queue struct {
	in     chan int
	server *server
	n      int
}

func newServer() *server {
	s := &server{}
	q := &s.queue
	q.in = make(chan int)
	q.server = s
	go q.run()
	return s
}

func (s *server) handle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.send()
}

func (q *queue) send() { q.in <- 1 } // want `send to q.in with s.mu held .*: its receiver .* must lock s.mu first`

func (q *queue) run() {
	for {
		q.server.mu.Lock()
		q.n++
		q.server.mu.Unlock()
		<-q.in
	}
}

// The field of a relay leads to the next one.
type relay struct {
	mu   sync.Mutex
	line line
}

type line struct {
	in   chan int
	next *relay
	n    int
}

func newRelay(next *relay) *relay {
	r := &relay{}
	r.line.in = make(chan int)
	r.line.next = next
	go r.line.run()
	return r
}

func (r *relay) handle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line.send()
}

func (l *line) send() { l.in <- 1 }

func (l *line) run() {
	for {
		l.next.mu.Lock()
		l.n++
		l.next.mu.Unlock()
		<-l.in
	}
}

var _, _ = newServer, newRelay
