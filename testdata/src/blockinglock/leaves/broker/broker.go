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

// A Hub makes a channel for each subscriber.
type Hub struct {
	mu    sync.Mutex
	chans map[int]chan Message
	list  []chan int
}

func (h *Hub) Subscribe(id int) <-chan Message {
	c := make(chan Message)
	h.mu.Lock()
	h.chans[id] = c
	h.mu.Unlock()
	return c
}

func (h *Hub) Unsubscribe(id int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.chans, id)
}

func (h *Hub) Publish(m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.chans {
		c <- m
	}
}

func (h *Hub) Numbers() <-chan int {
	c := make(chan int)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, c)
	return c
}

func (h *Hub) Count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.list {
		c <- n
	}
}

func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.list)
}
