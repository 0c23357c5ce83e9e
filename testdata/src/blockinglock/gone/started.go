package gone

import (
	"sync"
	"time"
)

// Ask starts a method that answers with the lock held, and waits for a while only.
type peer struct {
	mu  sync.Mutex
	seq int
}

func (p *peer) Ask(d time.Duration) int {
	ch := make(chan int)
	go p.fetch(ch)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case n := <-ch:
		return n
	case <-t.C:
		return 0
	}
}

func (p *peer) fetch(ch chan<- int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	ch <- p.seq // want `send to ch with p.mu held .*: its receiver .* may have ended \(started.go:23\): deadlock`
}

func (p *peer) Seq() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seq
}

// The channel has room for the answer.
func (p *peer) AskRoom(d time.Duration) int {
	ch := make(chan int, 1)
	go p.fetchRoom(ch)
	select {
	case n := <-ch:
		return n
	case <-time.After(d):
		return 0
	}
}

func (p *peer) fetchRoom(ch chan<- int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	ch <- p.seq
}

// Whoever waits receives the answer when it has given up.
func (p *peer) AskDrain(d time.Duration) int {
	ch := make(chan int)
	go p.fetchDrain(ch)
	select {
	case n := <-ch:
		return n
	case <-time.After(d):
		go func() { <-ch }()
		return 0
	}
}

func (p *peer) fetchDrain(ch chan<- int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	ch <- p.seq
}

// The lock is of an object that nobody else has.
func alone(d time.Duration) int {
	p := &peer{}
	ch := make(chan int)
	go p.fetchAlone(ch)
	select {
	case n := <-ch:
		return n
	case <-time.After(d):
		return 0
	}
}

func (p *peer) fetchAlone(ch chan<- int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch <- 1
}
