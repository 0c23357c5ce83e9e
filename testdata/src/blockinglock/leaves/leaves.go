// Package leaves leaves an object of another package, which sends to it with a lock held.
package leaves

import (
	"context"

	"blockinglock/leaves/broker"
)

func take(b *broker.Broker, n int) (got []string) {
	s := b.Subscribe()
	for len(got) < n {
		m := <-s.C
		got = append(got, m.Body)
	}
	b.Unsubscribe(s) // want `waits for b\.mu \(broker\.go:\d+\), which \(\*Broker\)\.Publish holds while it sends \(broker\.go:\d+\), and nothing receives any more: deadlock`
	return got
}

func deferred(ctx context.Context, b *broker.Broker) {
	s := b.Subscribe()
	defer b.Unsubscribe(s) // want `waits for b\.mu .*, which \(\*Broker\)\.Publish holds while it sends`
	for {
		select {
		case m := <-s.C:
			println(m.Body)
		case <-ctx.Done():
			return
		}
	}
}

func inGoroutine(b *broker.Broker) {
	s := b.Subscribe()
	go func() {
		for m := range s.C {
			if m.Body == "" {
				break
			}
		}
		b.Unsubscribe(s) // want `waits for b\.mu`
	}()
}

// toTheEnd leaves when the channel has been closed.
func toTheEnd(b *broker.Broker) {
	s := b.Subscribe()
	for m := range s.C {
		println(m.Body)
	}
	b.Unsubscribe(s)
}

func closed(b *broker.Broker) {
	s := b.Subscribe()
	for {
		m, ok := <-s.C
		if !ok {
			b.Unsubscribe(s)
			return
		}
		println(m.Body)
	}
}

// drained has a goroutine that receives what is left.
func drained(b *broker.Broker) {
	s := b.Subscribe()
	m := <-s.C
	println(m.Body)
	go func() {
		for range s.C {
		}
	}()
	b.Unsubscribe(s)
}

// other waits for the lock of another broker.
func other(b, c *broker.Broker, t *broker.Sub) {
	s := b.Subscribe()
	m := <-s.C
	println(m.Body)
	c.Unsubscribe(t)
}

// before leaves the last one before it subscribes.
func before(b *broker.Broker, old *broker.Sub) {
	b.Unsubscribe(old)
	s := b.Subscribe()
	for m := range s.C {
		println(m.Body)
	}
}

// asynchronous waits in a goroutine of its own.
func asynchronous(b *broker.Broker) {
	s := b.Subscribe()
	m := <-s.C
	println(m.Body)
	go b.Unsubscribe(s)
	for range s.C {
	}
}

func lossy(f *broker.Feed) {
	i := f.Subscribe()
	m := <-i.C
	println(m.Body)
	f.Unsubscribe(i)
}

func channel(ctx context.Context, h *broker.Hub) {
	c := h.Subscribe(1)
	defer h.Unsubscribe(1) // want `waits for h\.mu .*, which \(\*Hub\)\.Publish holds while it sends`
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-c:
			println(m.Body)
		}
	}
}

func numbers(h *broker.Hub) {
	for n := range h.Numbers() {
		println(n, h.Len()) // want `waits for h\.mu .*, which \(\*Hub\)\.Count holds while it sends to this loop`
	}
}
