// Package ownpools waits for an object of one package while it uses one of another: each has made its own pool.
package ownpools

import (
	"blockinglock/ownpools/handler"
	"blockinglock/ownpools/session"
)

func yes() bool { return true }

// The session locks its own pool, and not the handler's.
func two() {
	wait := make(chan struct{})
	h, s := handler.New(), session.New()
	h.OnDisconnect(func() bool {
		wait <- struct{}{}
		return true
	})
	go h.Run()
	s.OnChange(0, yes)
	<-wait
}

// The handler's pool is locked by the receiver.
func one() {
	wait := make(chan struct{})
	h := handler.New()
	h.OnDisconnect(func() bool {
		wait <- struct{}{} // want `send to wait with pool.Events.mu held .*: its receiver must lock pool.Events.mu first`
		return true
	})
	go h.Run()
	h.OnChange(1, yes)
	<-wait
}
