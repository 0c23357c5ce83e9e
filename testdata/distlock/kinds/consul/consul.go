// Package consul has locks of Consul whose session nothing ends, or whose end
// nobody hears of.
package consul

import (
	"time"

	"github.com/hashicorp/consul/api"
)

func noTTL(c *api.Client, key string, work func()) error {
	id, _, err := c.Session().Create(&api.SessionEntry{Name: "job"}, nil) // want `noexpiry: `
	if err != nil {
		return err
	}
	ok, _, err := c.KV().Acquire(&api.KVPair{Key: "locks/" + key, Session: id}, nil)
	if err != nil || !ok {
		return err
	}
	defer c.KV().Release(&api.KVPair{Key: "locks/" + key, Session: id}, nil)
	work()
	return nil
}

func noEntry(c *api.Client, work func()) error {
	id, _, err := c.Session().CreateNoChecks(nil, nil) // want `noexpiry: `
	if err != nil {
		return err
	}
	pair := &api.KVPair{Key: "locks/a", Session: id}
	if ok, _, err := c.KV().Acquire(pair, nil); err != nil || !ok {
		return err
	}
	work()
	_, _, err = c.KV().Release(pair, nil)
	return err
}

//distlock:silent noexpiry
func destroyed(c *api.Client, work func()) error {
	id, _, err := c.Session().Create(&api.SessionEntry{Name: "job", TTL: "15s"}, nil)
	if err != nil {
		return err
	}
	defer c.Session().Destroy(id, nil)
	pair := &api.KVPair{Key: "locks/b", Session: id}
	if ok, _, err := c.KV().Acquire(pair, nil); err != nil || !ok {
		return err
	}
	work()
	return nil
}

// The session ends with a check of the service.
//
//distlock:silent noexpiry
func checked(c *api.Client, work func()) error {
	id, _, err := c.Session().Create(&api.SessionEntry{Name: "job", ServiceChecks: []api.ServiceCheck{{ID: "service:job"}}}, nil)
	if err != nil {
		return err
	}
	pair := &api.KVPair{Key: "locks/c", Session: id}
	if ok, _, err := c.KV().Acquire(pair, nil); err != nil || !ok {
		return err
	}
	work()
	_, _, err = c.KV().Release(pair, nil)
	return err
}

type node struct {
	c      *api.Client
	leader bool
}

func (n *node) elect(id string) error {
	sid, _, err := n.c.Session().Create(&api.SessionEntry{Name: "n", TTL: "10s"}, nil)
	if err != nil {
		return err
	}
	done := make(chan struct{})
	go n.c.Session().RenewPeriodic("10s", sid, nil, done) // want `lostsignal: `
	for {
		ok, _, err := n.c.KV().Acquire(&api.KVPair{Key: "service/leader", Value: []byte(id), Session: sid}, nil)
		if err != nil {
			return err
		}
		n.leader = ok
		if ok {
			return nil
		}
		time.Sleep(time.Second)
	}
}

//distlock:silent lostsignal
func (n *node) told(id string, lost func()) error {
	sid, _, err := n.c.Session().Create(&api.SessionEntry{Name: "n", TTL: "10s"}, nil)
	if err != nil {
		return err
	}
	go func() {
		_ = n.c.Session().RenewPeriodic("10s", sid, nil, nil)
		lost()
	}()
	ok, _, err := n.c.KV().Acquire(&api.KVPair{Key: "service/told", Value: []byte(id), Session: sid}, nil)
	n.leader = ok
	return err
}

// Who asks again and again hears of it.
//
//distlock:silent lostsignal
func (n *node) again(id string, stop <-chan struct{}) error {
	sid, _, err := n.c.Session().Create(&api.SessionEntry{Name: "n", TTL: "10s"}, nil)
	if err != nil {
		return err
	}
	go n.c.Session().RenewPeriodic("10s", sid, nil, stop)
	for {
		ok, _, err := n.c.KV().Acquire(&api.KVPair{Key: "service/again", Value: []byte(id), Session: sid}, nil)
		n.leader = ok && err == nil
		select {
		case <-stop:
			return nil
		case <-time.After(5 * time.Second):
		}
	}
}

// The channel is kept where nobody looks.

type keeper struct {
	lock *api.Lock
	lost <-chan struct{}
}

func (k *keeper) Acquire() error {
	lost, err := k.lock.Lock(nil)
	if err != nil {
		return err
	}
	k.lost = lost // want `lostsignal: `
	return nil
}

type watcher struct {
	lock *api.Lock
	lost <-chan struct{}
}

//distlock:silent lostsignal
func (w *watcher) WithContext() error {
	lost, err := w.lock.Lock(nil)
	if err != nil {
		return err
	}
	w.lost = lost
	return nil
}

func (w *watcher) Held() bool {
	select {
	case <-w.lost:
		return false
	default:
		return true
	}
}

// The unlock is deferred before the lock, whose failure returns.

func early(l *api.Lock, work func()) error {
	defer l.Unlock()                       // want `notheld: `
	if _, err := l.Lock(nil); err != nil { // want
		return err
	}
	work()
	return nil
}

// The term ends, and the next campaign begins, while the work of the last one goes on.

type campaigner struct {
	c    *api.Client
	lead func(stop <-chan struct{})
	stop chan struct{}
}

func (n *campaigner) run() {
	entry := &api.SessionEntry{Name: "n", TTL: "10s"}
	for {
		id, _, err := n.c.Session().CreateNoChecks(entry, nil)
		if err != nil {
			continue
		}
		ok, _, err := n.c.KV().Acquire(&api.KVPair{Key: "run/leader", Session: id}, nil)
		if err != nil {
			continue
		}
		if !ok {
			time.Sleep(time.Second)
			continue
		}
		go n.lead(n.stop)
		n.c.Session().RenewPeriodic("10s", id, nil, nil) // want `lostsignal: `
	}
}

//distlock:silent lostsignal
func (n *campaigner) runTerms() {
	entry := &api.SessionEntry{Name: "n", TTL: "10s"}
	for {
		id, _, err := n.c.Session().CreateNoChecks(entry, nil)
		if err != nil {
			continue
		}
		ok, _, err := n.c.KV().Acquire(&api.KVPair{Key: "terms/leader", Session: id}, nil)
		if err != nil || !ok {
			continue
		}
		stop := make(chan struct{})
		go n.lead(stop)
		n.c.Session().RenewPeriodic("10s", id, nil, nil)
		close(stop)
	}
}
