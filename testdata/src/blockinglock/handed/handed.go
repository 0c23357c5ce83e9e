// Package handed hands a function to another package, and waits for what it sends.
package handed

import (
	"blockinglock/handed/agent"
	"time"
)

type canceler struct{ f func(int) }

func (c *canceler) onCancel(f func(int)) { c.f = f }

func (c *canceler) Cancel(p int) {
	if c.f != nil {
		c.f(p)
	}
}

// Before the go statement nobody calls the function.
func startedAfter(fail func()) {
	c := &canceler{}
	a := agent.New(c)
	called := make(chan int)
	c.onCancel(func(p int) { called <- p })
	a.Start()
	go a.Stop(22)
	select {
	case <-called:
	case <-time.After(time.Second):
		fail()
	}
}

// The goroutine may have the lock already.
func startedBefore(fail func()) {
	c := &canceler{}
	a := agent.New(c)
	called := make(chan int)
	c.onCancel(func(p int) { called <- p }) // want `send to called with agent\.Agent\.mu held`
	go a.Stop(22)
	a.Start()
	select {
	case <-called:
	case <-time.After(time.Second):
		fail()
	}
}
