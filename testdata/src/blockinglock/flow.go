package blockinglock

import "sync"

// The channel goes through a result and a parameter.
type health struct{ stop chan struct{} }

func (h *health) open() chan struct{} { return h.stop }

type container struct {
	sync.Mutex
	health *health
}

func monitor(c *container, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
			probe(c)
		}
	}
}

func probe(c *container) {
	c.Lock()
	defer c.Unlock()
}

func (h *health) close() {
	h.stop <- struct{}{} // want `send to h\.stop with c held \(since flow\.go:\d+\): its receiver \(flow\.go:\d+\) must lock c first \(flow\.go:\d+\): deadlock`
}

func changed(c *container) {
	c.Lock()
	c.health.close()
	c.Unlock()
}

func startContainer() {
	c := &container{health: &health{make(chan struct{})}}
	go monitor(c, c.health.open())
	go changed(c)
}

// A captured lock and a captured channel.
func captured() {
	var mu sync.Mutex
	done := make(chan bool)
	go func() {
		mu.Lock()
		done <- true // want `send to done with mu held \(since flow\.go:\d+\): its receiver \(flow\.go:\d+\) must lock mu first \(flow\.go:\d+\): deadlock`
	}()
	mu.Lock()
	mu.Unlock()
	<-done
}

// Who waits has put the channel where others find it, and is past the lock.
type hub struct {
	mu      sync.Mutex
	waiting []chan int
}

func (h *hub) wait() int {
	ch := make(chan int)
	h.mu.Lock()
	h.waiting = append(h.waiting, ch)
	h.mu.Unlock()
	return <-ch
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, ch := range h.waiting {
		ch <- 1
	}
}

// The constructor is past the lock when it starts who waits.
type built struct {
	mu sync.Mutex
	ch chan int
}

func build() {
	b := &built{ch: make(chan int)}
	b.mu.Lock()
	b.mu.Unlock()
	go b.produce()
	for range b.ch {
	}
}

func (b *built) produce() {
	b.mu.Lock()
	b.ch <- 1
	b.mu.Unlock()
}

// Readers do not keep each other out.
type shared struct {
	mu sync.RWMutex
	ch chan int
}

func startShared() {
	s := &shared{ch: make(chan int)}
	go func() {
		for range s.ch {
			s.mu.RLock()
			s.mu.RUnlock()
		}
	}()
	s.mu.RLock()
	s.ch <- 1
	s.mu.RUnlock()
}
