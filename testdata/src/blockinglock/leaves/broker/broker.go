// Package broker sends, with its lock held, to those who have subscribed.
package broker

import "sync"

type Message struct{ Body string }

type Sub struct {
	C  chan Message
	id int
}

type Broker struct {
	mu   sync.Mutex
	subs map[int]*Sub
	last int
}

func (b *Broker) Subscribe() *Sub {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	s := &Sub{C: make(chan Message), id: b.last}
	b.subs[s.id] = s
	return s
}

func (b *Broker) Unsubscribe(s *Sub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subs, s.id)
}

// Drop keeps receiving until nobody sends any more.
func (b *Broker) Drop(s *Sub, receive func()) {
	gone := make(chan struct{})
	go func() {
		b.Unsubscribe(s)
		close(gone)
	}()
	for {
		select {
		case <-gone:
			return
		default:
			receive()
		}
	}
}

func (b *Broker) Publish(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.subs {
		s.C <- m
	}
}

func (b *Broker) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, s := range b.subs {
		close(s.C)
		delete(b.subs, id)
	}
}

// A Feed lets go of a message that nobody takes.
type Feed struct {
	mu    sync.Mutex
	items map[*Item]bool
}

type Item struct{ C chan Message }

func (f *Feed) Subscribe() *Item {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := &Item{make(chan Message)}
	f.items[i] = true
	return i
}

func (f *Feed) Unsubscribe(i *Item) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.items, i)
}

func (f *Feed) Publish(m Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.items {
		select {
		case i.C <- m:
		default:
		}
	}
}
