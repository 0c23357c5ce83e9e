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
