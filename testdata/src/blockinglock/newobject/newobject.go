// Package newobject has goroutines that lock objects which they have just made: nobody else holds those locks.
package newobject

import "sync"

type Feed struct {
	mu   sync.Mutex
	dial func() error
}

func (f *Feed) Subscribe() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dial()
}

type origin struct{ addr string }

func (o *origin) feed() *Feed {
	return &Feed{dial: func() error { return nil }}
}

func (o *origin) Subscribe() *Feed {
	f := o.feed()
	_ = f.Subscribe()
	return f
}

type Cluster struct {
	addrs []string
	last  *Feed
}

func (c *Cluster) Feed() *Feed {
	return &Feed{dial: func() error { return c.ask() }}
}

func (c *Cluster) ask() error {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		c.last = (&origin{c.addrs[0]}).Subscribe() // another feed than the one that asks
	}()
	wg.Wait()
	return nil
}

// The feed that the goroutine uses may be the one that asks.
type Relay struct{ feed *Feed }

func (r *Relay) Start() {
	r.feed = &Feed{dial: func() error { return r.ask() }}
}

func (r *Relay) ask() error {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		_ = r.feed.Subscribe()
	}()
	wg.Wait() // want `wg\.Wait with f\.mu held .*: its Done \(.*\) must lock f\.mu first`
	return nil
}
