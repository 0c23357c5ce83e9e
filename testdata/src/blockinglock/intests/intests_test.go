package intests

import (
	"sync"
	"testing"
)

func TestFollow(t *testing.T) {
	d := &daemon{run: make(chan struct{})}
	go d.Follow()
	<-d.run
}

// The test waits for what only a test does.
type held struct {
	mu sync.Mutex
	ch chan int
}

func (h *held) receive() { <-h.ch }

func TestSend(t *testing.T) {
	h := &held{ch: make(chan int)}
	go h.receive()
	h.mu.Lock()
	h.ch <- 1
	h.mu.Unlock()
}
