// Package onway changes conditions on some of the ways that lead to a signal.
package onway

import (
	"log"
	"sync"
	"sync/atomic"
)

type connector struct {
	total atomic.Int32
	cond  *sync.Cond
}

func newConnector() *connector { return &connector{cond: sync.NewCond(&sync.Mutex{})} }

func (c *connector) Wait() {
	c.cond.L.Lock()
	defer c.cond.L.Unlock()
	for c.total.Load() > 0 {
		c.cond.Wait()
	}
}

func (c *connector) Open() { c.total.Add(1) }

func (c *connector) Close(metrics bool) {
	if metrics {
		log.Print(c.total.Add(-1))
	}
	log.Print("closed")
	c.cond.Signal() // want `Signal may fall between the test and the Wait at onway.go:\d+ and be missed: lock c.cond.L for the change at onway.go:29`
}

// The lock is taken between the change and the signal: who has tested before waits by then.
type passing struct {
	total atomic.Int32
	cond  *sync.Cond
}

func newPassing() *passing { return &passing{cond: sync.NewCond(&sync.Mutex{})} }

func (p *passing) Wait() {
	p.cond.L.Lock()
	defer p.cond.L.Unlock()
	for p.total.Load() > 0 {
		p.cond.Wait()
	}
}

func (p *passing) Close(metrics bool) {
	if metrics {
		log.Print(p.total.Add(-1))
	}
	p.cond.L.Lock()
	p.cond.L.Unlock()
	p.cond.Signal()
}
