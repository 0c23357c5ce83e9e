// Streams that are in a map of their client.
//
// A stream's client is the one in whose map it is: newElemStream is given the client, which puts it there.
// So issue unlocks what Open, Close and Evict have locked, before it waits.
package silent

import (
	"sync"
	"time"
)

type elemRequest struct {
	what string
	done chan struct{}
}

var elemPool = sync.Pool{New: func() any { return &elemRequest{} }}

type elemClient struct {
	mu      sync.Mutex
	streams map[uint64]*elemStream
}

type elemStream struct {
	client   *elemClient
	inode    uint64
	open     bool
	refs     int
	requests chan any
	done     chan struct{}
}

func newElemClient() *elemClient { return &elemClient{streams: map[uint64]*elemStream{}} }

func newElemStream(c *elemClient, inode uint64) *elemStream {
	s := &elemStream{}
	s.client = c
	s.inode = inode
	s.open = true
	s.requests = make(chan any, 64)
	s.done = make(chan struct{})
	go s.server()
	return s
}

func (c *elemClient) Open(inode uint64) {
	c.mu.Lock()
	s, ok := c.streams[inode]
	if !ok {
		s = newElemStream(c, inode)
		c.streams[inode] = s
	}
	s.issue("open")
}

func (c *elemClient) Close(inode uint64) {
	c.mu.Lock()
	s, ok := c.streams[inode]
	if !ok {
		c.mu.Unlock()
		return
	}
	s.issue("close")
}

// Evict locks; issue unlocks.
func (c *elemClient) Evict(inode uint64) {
	c.mu.Lock()
	s, ok := c.streams[inode]
	if !ok {
		c.mu.Unlock()
		return
	}
	if s.open {
		s.issue("evict")
		s.done <- struct{}{}
		s.open = false
	} else {
		delete(s.client.streams, s.inode)
		s.client.mu.Unlock()
	}
}

func (s *elemStream) issue(what string) {
	r := elemPool.Get().(*elemRequest)
	r.what = what
	r.done = make(chan struct{}, 1)
	s.requests <- r
	s.client.mu.Unlock()
	<-r.done
	elemPool.Put(r)
}

func (s *elemStream) server() {
	t := time.NewTicker(2 * time.Second)
	defer t.Stop()
	for {
		select {
		case r := <-s.requests:
			s.handle(r)
		case <-s.done:
			return
		case <-t.C:
			s.client.mu.Lock()
			if s.refs <= 0 && len(s.requests) == 0 {
				delete(s.client.streams, s.inode)
				s.client.mu.Unlock()
				return
			}
			s.client.mu.Unlock()
		}
	}
}

func (s *elemStream) handle(r any) {
	switch r := r.(type) {
	case *elemRequest:
		switch r.what {
		case "open":
			s.refs++
		case "close":
			s.refs--
		case "evict":
			s.client.mu.Lock()
			delete(s.client.streams, s.inode)
			s.client.mu.Unlock()
		}
		r.done <- struct{}{}
	}
}
