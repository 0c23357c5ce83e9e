package unlockunheld

import "sync"

type inbox struct {
	mu    sync.Mutex
	ready *sync.Cond
	mail  []string
}

func newInbox() *inbox {
	in := &inbox{}
	in.ready = sync.NewCond(&in.mu)
	return in
}

// Fine: Wait returns with the lock held.
func (in *inbox) take() string {
	in.mu.Lock()
	for len(in.mail) == 0 {
		in.ready.Wait()
	}
	m := in.mail[0]
	in.mail = in.mail[1:]
	in.mu.Unlock()
	return m
}

// Wait does not release it for good.
func (in *inbox) await() {
	in.mu.Lock()
	for len(in.mail) == 0 {
		in.ready.Wait()
	}
	in.mu.Unlock()
	in.mu.Unlock() // want `in\.mu is unlocked, but was unlocked before, at cond\.go:\d+`
}
