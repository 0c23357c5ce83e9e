package blockinglock

import (
	"sync"
	"time"
)

// A goroutine that ends when it is told to gets one message, for which the buffer has room.
type ticking struct {
	mu    sync.Mutex
	users int
	n     int
	stop  chan bool
	pause chan bool
}

func newTicking(d time.Duration) *ticking {
	t := &ticking{stop: make(chan bool, 1), pause: make(chan bool, 1)}
	go t.tick(time.NewTicker(d))
	go t.pauses(time.NewTicker(d))
	return t
}

func (t *ticking) leave() {
	t.mu.Lock()
	if t.users--; t.users == 0 {
		t.stop <- true
	}
	t.mu.Unlock()
}

func (t *ticking) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.users = 0
	t.stop <- true
}

func (t *ticking) tick(ticker *time.Ticker) {
	for {
		select {
		case <-ticker.C:
			t.mu.Lock()
			t.n++
			t.mu.Unlock()
		case stop := <-t.stop:
			if stop {
				return
			}
		}
	}
}

// This one goes on after some messages.
func (t *ticking) halt(all bool) {
	t.mu.Lock()
	t.pause <- all // want `send to t.pause with t.mu held \(since told.go:\d+\): its receiver \(told.go:\d+\) must lock t.mu first \(told.go:\d+\): deadlock`
	t.mu.Unlock()
}

func (t *ticking) pauses(ticker *time.Ticker) {
	for {
		select {
		case <-ticker.C:
			t.mu.Lock()
			t.n++
			t.mu.Unlock()
		case all := <-t.pause:
			if all {
				return
			}
		}
	}
}
