package blockinglock

import "sync"

// Who sends has taken the channel, which has room for one, away from where others could find it.
type bell struct {
	mu   sync.Mutex
	ring *chan bool
}

func (b *bell) start() chan bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	ring := make(chan bool, 1)
	b.ring = &ring
	return ring
}

func (b *bell) rung(done bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ring != nil {
		ring := *b.ring
		b.ring = nil
		ring <- done
	}
}

func (b *bell) give() { b.rung(false) }

func (b *bell) handle(handler func(*bell)) chan bool {
	ring := b.start()
	handler(b)
	return ring
}

func ringAll(b *bell, handlers []func(*bell)) {
	for _, handler := range handlers {
		ring := b.handle(handler)
		if <-ring {
			return
		}
	}
}

func useBell() {
	b := &bell{}
	go ringAll(b, []func(*bell){func(b *bell) { b.give() }})
}

// Here it stays there, and may be sent to a second time.
type gong struct {
	mu   sync.Mutex
	ring *chan bool
}

func (g *gong) start() chan bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	ring := make(chan bool, 1)
	g.ring = &ring
	return ring
}

func (g *gong) rung(done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ring != nil {
		ring := *g.ring
		ring <- done // want `send to g\.ring with g\.mu held`
	}
}

func (g *gong) give() { g.rung(false) }

func (g *gong) handle(handler func(*gong)) chan bool {
	ring := g.start()
	handler(g)
	return ring
}

func gongAll(g *gong, handlers []func(*gong)) {
	for _, handler := range handlers {
		ring := g.handle(handler)
		if <-ring {
			return
		}
	}
}

func useGong() {
	g := &gong{}
	go gongAll(g, []func(*gong){func(g *gong) { g.give() }})
}
