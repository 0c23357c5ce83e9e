// Package consul has locks of Consul whose channel may be nil.
package consul

import (
	"time"

	"github.com/hashicorp/consul/api"
)

func deferred(l *api.Lock, stop chan struct{}, work func()) error {
	_, err := l.Lock(stop) // want `nilchannel: the work is done without the lock as well: nobody looks at the channel of Lock, which is nil then`
	if err != nil {
		return err
	}
	defer l.Unlock()
	work()
	return nil
}

func waited(l *api.Lock, stop <-chan struct{}, work func()) error {
	lost, err := l.Lock(stop) // want `nilchannel: the work is done without the lock as well: nobody compares the channel of Lock with nil, which it is then`
	if err != nil {
		return err
	}
	defer l.Unlock()
	go work()
	<-lost
	return nil
}

func semaphore(s *api.Semaphore, stop chan struct{}, work func()) error {
	lost, err := s.Acquire(stop) // want `nilchannel: the work is done without the lock as well: nobody compares the channel of Acquire with nil, which it is then`
	if err != nil {
		return err
	}
	work()
	select {
	case <-lost:
	case <-time.After(time.Second):
	}
	return s.Release()
}

//distlock:silent nilchannel
func compared(l *api.Lock, stop chan struct{}, work func()) error {
	lost, err := l.Lock(stop)
	if err != nil {
		return err
	}
	if lost == nil {
		return nil
	}
	defer l.Unlock()
	go work()
	<-lost
	return nil
}

type holder struct {
	lock *api.Lock
	lost <-chan struct{}
}

//distlock:silent nilchannel
func (h *holder) acquire(stop chan struct{}) (bool, error) {
	lost, err := h.lock.Lock(stop)
	if err != nil || lost == nil {
		return false, err
	}
	h.lost = lost // want `lostsignal: the work goes on when the lock is lost: nobody reads lost, which is closed then`
	return true, nil
}

func (h *holder) run(stop chan struct{}, work func()) (err error) {
	if h.lost, err = h.lock.Lock(stop); err != nil { // want `nilchannel: the work is done without the lock as well: nobody compares the channel of Lock with nil, which it is then` `lostsignal: `
		return err
	}
	defer h.lock.Unlock()
	work()
	return nil
}

//distlock:silent nilchannel
func slot(s *api.Semaphore, stop chan struct{}, work func()) func() error {
	return func() error {
		lost, err := s.Acquire(stop)
		if err != nil || lost == nil {
			return err
		}
		defer s.Release()
		work()
		return nil
	}
}
