// Package handedboth gives each of two packages, which do not know each other, objects of the other one.
package handedboth

import (
	"lockorder/handedboth/batch"
	"lockorder/handedboth/mailq"
)

func Start() {
	s := batch.New()
	q := mailq.New(s)
	s.SetNotifier(q) // want `locks batch\.Scheduler\.mu, then mailq\.Queue\.mu, and .* in the opposite order: can deadlock`
	go q.Flush()
	s.Finish(1)
}

func StartShared() {
	s := batch.New()
	q := mailq.NewShared(s)
	s.SetNotifier(q)
	go q.Flush()
	s.Finish(1)
}
