package condwait

import "sync"

// A shot has its condition variable until the work is done.
type shot struct {
	mu     sync.Mutex
	waiter *sync.Cond
	value  int
}

func newShot() *shot {
	s := &shot{}
	s.waiter = sync.NewCond(&s.mu)
	return s
}

// Fine: nothing but done ends the Wait, and waiter is nil for good then.
func (s *shot) get() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiter != nil {
		s.waiter.Wait()
		s.waiter = nil
	}
	return s.value
}

func (s *shot) done(v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiter == nil {
		return
	}
	s.value = v
	s.waiter.Broadcast()
	s.waiter = nil
}

// A loaded shot is told of each of several values.
type loaded struct {
	mu     sync.Mutex
	waiter *sync.Cond
	ready  bool
	value  int
}

func newLoaded() *loaded {
	l := &loaded{}
	l.waiter = sync.NewCond(&l.mu)
	return l
}

func (l *loaded) get() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ready {
		l.waiter.Wait() // want `the condition is not tested again after Wait`
	}
	l.ready = false
	return l.value
}

func (l *loaded) done(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value = v
	l.waiter.Broadcast()
	l.ready = true
}
