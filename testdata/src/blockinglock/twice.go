package blockinglock

import "sync"

// The first of two waits is the one that may not end. When it has, the lock is no hindrance.
type canteen struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newCanteen() *canteen {
	c := &canteen{orders: make(chan int)}
	go c.order()
	return c
}

func (c *canteen) order() {
	c.mu.Lock()
	n := c.meals
	c.mu.Unlock()
	c.orders <- n
	c.orders <- n + 1
}

func (c *canteen) serve() {
	c.mu.Lock()
	c.meals += <-c.orders // want `c.orders is received from with c.mu held since twice.go:27`
	c.meals += <-c.orders
	c.mu.Unlock()
}

// The one who waits has done itself what the other waits for before.
type relay struct {
	mu      sync.Mutex
	ready   chan bool
	message chan int
}

func runRelay() int {
	r := &relay{ready: make(chan bool, 1), message: make(chan int, 1)}
	go r.run()
	<-r.ready
	r.message <- 1
	return len(r.message)
}

func (r *relay) run() {
	r.mu.Lock()
	r.ready <- true
	<-r.message
	r.mu.Unlock()
}
