package core

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

type hub struct {
	mu       sync.Mutex
	cond     *sync.Cond
	wg       sync.WaitGroup
	sem      *semaphore.Weighted
	out      chan int
	buffered chan int
	unknown  chan int
	done     chan struct{}
	tokens   chan struct{}
}

func newHub(unknown chan int) *hub {
	h := &hub{out: make(chan int), buffered: make(chan int, 8), unknown: unknown, done: make(chan struct{}), tokens: make(chan struct{}, 4)}
	h.cond = sync.NewCond(&h.mu)
	return h
}

func (h *hub) sends() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.out <- 1 // want `h.mu is held since channels.go:29 while a send waits for another goroutine`
}

func (h *hub) sendsUnknown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unknown <- 1 // want `a send waits`
}

// A buffer was made for this.
func (h *hub) sendsBuffered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buffered <- 1
}

func (h *hub) sendsLocal() {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make(chan error, 1)
	errs <- nil
}

func (h *hub) receives() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return <-h.buffered // want `a receive waits`
}

// A token goes back to where there is one.
func (h *hub) tokenBack() {
	h.tokens <- struct{}{}
	h.mu.Lock()
	<-h.tokens
	h.mu.Unlock()
}

func (h *hub) ranges() (sum int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := range h.out { // want `a receive waits`
		sum += n
	}
	return sum
}

func (h *hub) selects() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select { // want `a select statement waits`
	case <-h.done:
	case n := <-h.out:
		println(n)
	}
}

func (h *hub) selectsDefault() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case h.out <- 1:
	default:
	}
}

func (h *hub) groups() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wg.Wait() // want `sync.WaitGroup.Wait waits for another goroutine`
}

func (h *hub) semaphores(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sem.TryAcquire(1) {
		return
	}
	_ = h.sem.Acquire(ctx, 1) // want `semaphore.Weighted.Acquire waits for another goroutine`
}

// Wait gives the Cond's lock back, but no other.
func (h *hub) waits() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.buffered) == 0 {
		h.cond.Wait()
	}
}

func (h *hub) waitsWithAnother(b *box) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.buffered) == 0 {
		h.cond.Wait() // want `b.mu is held since channels.go:121 while sync.Cond.Wait waits for another goroutine`
	}
}
