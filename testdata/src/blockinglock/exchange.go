package blockinglock

import "sync"

// A loop that answers requests. Who asks holds the lock for reading until the answer is there, so while somebody closes the queue with the lock,
// the loop waits for nobody: silent.
type spool struct {
	mu       sync.RWMutex
	requests chan []byte
	answers  chan error
	exit     chan struct{}
	ended    chan struct{}
}

func newSpool() *spool {
	s := &spool{requests: make(chan []byte), answers: make(chan error), exit: make(chan struct{}), ended: make(chan struct{})}
	go s.loop()
	return s
}

func (s *spool) put(b []byte) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.requests <- b
	return <-s.answers
}

func (s *spool) loop() {
	for {
		select {
		case b := <-s.requests:
			s.answers <- write(b)
		case <-s.exit:
			close(s.ended)
			return
		}
	}
}

func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.exit)
	<-s.ended
}

func write([]byte) error { return nil }

// Who asks this one takes the lock between the request and the answer.
type spool2 struct {
	mu       sync.RWMutex
	requests chan []byte
	answers  chan error
	exit     chan struct{}
	ended    chan struct{}
	asked    int
}

func newSpool2() *spool2 {
	s := &spool2{requests: make(chan []byte), answers: make(chan error), exit: make(chan struct{}), ended: make(chan struct{})}
	go s.loop()
	return s
}

func (s *spool2) put(b []byte) error {
	s.requests <- b
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	return <-s.answers
}

func (s *spool2) loop() {
	for {
		select {
		case b := <-s.requests:
			s.answers <- write(b)
		case <-s.exit:
			close(s.ended)
			return
		}
	}
}

func (s *spool2) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.exit)
	<-s.ended // want `receive from s\.ended with s\.mu held \(since exchange\.go:\d+\): its close must lock s\.mu first \(exchange\.go:\d+\): deadlock`
}
