package blockinglock

import (
	"sync"
	"time"
)

// The function of a timer is a goroutine that may be waited for, also by who has made the object.

type wakeTimer struct {
	mu    sync.Mutex
	timer *time.Timer
	rang  chan struct{}
	n     int
}

func (a *wakeTimer) set() {
	a.mu.Lock()
	defer a.mu.Unlock()
	rang := make(chan struct{})
	a.rang = rang
	a.timer = time.AfterFunc(time.Second, func() { a.ring(rang) })
}

func (a *wakeTimer) ring(rang chan struct{}) {
	defer close(rang)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
}

func (a *wakeTimer) off() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.timer.Stop() {
		<-a.rang // want `receive from a\.rang with a\.mu held .*: its close .* must lock a\.mu first`
	}
}

func UseWakeTimer() {
	a := &wakeTimer{}
	a.set()
	a.off()
}

// The lock is given back before the wait.
type quietTimer struct {
	mu    sync.Mutex
	timer *time.Timer
	rang  chan struct{}
	n     int
}

func (c *quietTimer) set() {
	c.mu.Lock()
	defer c.mu.Unlock()
	rang := make(chan struct{})
	c.rang = rang
	c.timer = time.AfterFunc(time.Second, func() {
		defer close(rang)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.n++
	})
}

func (c *quietTimer) off() {
	c.mu.Lock()
	timer, rang := c.timer, c.rang
	c.mu.Unlock()
	if !timer.Stop() {
		<-rang
	}
}

func UseQuietTimer() {
	c := &quietTimer{}
	c.set()
	c.off()
}

// A timer that was stopped in time does not count down any more: whoever has stopped it does. One that was not needs the lock first.
type quiet struct {
	mu      sync.Mutex
	timer   *time.Timer
	running sync.WaitGroup
	n       int
	closed  bool
}

func (q *quiet) touch() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	if q.timer != nil && q.timer.Stop() {
		q.running.Done()
	}
	q.running.Add(1)
	q.timer = time.AfterFunc(time.Second, q.flush)
}

func (q *quiet) flush() {
	defer q.running.Done()
	q.mu.Lock()
	q.n = 0
	q.mu.Unlock()
}

func (q *quiet) shut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.timer != nil && q.timer.Stop() {
		q.running.Done()
	}
	q.running.Wait() // want `q\.running\.Wait with q\.mu held .*: its Done .* must lock q\.mu first`
}

// Here it is the program's matter.
type numbered struct {
	mu      sync.Mutex
	running sync.WaitGroup
	n       int
}

func (b *numbered) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running.Add(1)
	b.n++
	go b.end()
}

func (b *numbered) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n > 0 {
		b.n--
		b.running.Done()
	}
}

func (b *numbered) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.n > 0 {
		b.n--
		b.running.Done()
	}
	b.running.Wait()
}

// The function that waits has started the timer itself.
type snooze struct {
	mu sync.Mutex
	n  int
}

func (s *snooze) Once() {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan struct{})
	time.AfterFunc(time.Second, func() {
		s.ring()
		close(done)
	})
	<-done // want `receive from the channel with s\.mu held .*: its close .* must lock s\.mu first`
}

func (s *snooze) ring() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}
