// Package left has receivers that leave their loops and then take themselves off the list of those who are sent to.
package left

import (
	"context"
	"slices"
	"sync"
)

type bus struct {
	mu   sync.RWMutex
	subs map[*sub]bool
}

type sub struct {
	bus *bus
	ch  chan string
	n   int
}

func (b *bus) add(ctx context.Context) {
	s := &sub{bus: b, ch: make(chan string)}
	b.mu.Lock()
	b.subs[s] = true
	b.mu.Unlock()
	go s.run(ctx)
}

func (s *sub) run(ctx context.Context) {
	defer s.bus.drop(s)
	for {
		select {
		case <-s.ch:
			s.n++
		case <-ctx.Done():
			return
		}
	}
}

func (b *bus) drop(s *sub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subs, s)
}

func (b *bus) publish(m string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for s := range b.subs {
		s.ch <- m // want `send to the channel with b.mu held .*: its receiver may receive no more, and wait for b.mu \(left.go:42\): deadlock`
	}
}

// Who is on this list receives until its channel is closed, which happens when it has been taken off.
type calm struct {
	mu   sync.Mutex
	subs []*listener
}

type listener struct {
	ch chan string
	n  int
}

func (c *calm) add() {
	l := &listener{ch: make(chan string)}
	c.mu.Lock()
	c.subs = append(c.subs, l)
	c.mu.Unlock()
	go func() {
		for range l.ch {
			l.n++
		}
		c.drop(l)
	}()
	go func() {
		for {
			_, ok := <-l.ch
			if !ok {
				break
			}
		}
		c.drop(l)
	}()
}

func (c *calm) drop(l *listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = slices.DeleteFunc(c.subs, func(o *listener) bool { return o == l })
}

func (c *calm) publish(m string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.subs {
		l.ch <- m
	}
}

// What this receiver does with the lock, when it has been told to stop, has nothing to do with the list.
type counted struct {
	mu   sync.Mutex
	subs []*worker
	done int
}

type worker struct{ ch chan string }

func (c *counted) add() {
	w := &worker{ch: make(chan string)}
	c.mu.Lock()
	c.subs = append(c.subs, w)
	c.mu.Unlock()
	go func() {
		for m := range w.ch {
			if m == "stop" {
				break
			}
		}
		c.mu.Lock()
		c.done++
		c.mu.Unlock()
	}()
}

func (c *counted) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.subs {
		w.ch <- "stop"
	}
	c.subs = nil
}

var _, _, _, _, _, _ = (*bus).add, (*bus).publish, (*calm).add, (*calm).publish, (*counted).add, (*counted).stop
