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
	c.meals += <-c.orders // want `receive from c\.orders with c\.mu held \(since twice\.go:\d+\): its senders must lock c\.mu first \(twice\.go:\d+\): deadlock`
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

// Who has one order without the lock knows that the guest is past the lock, and brings the next.
type terrace struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newTerrace() *terrace {
	t := &terrace{orders: make(chan int)}
	go t.order()
	return t
}

func (t *terrace) order() {
	t.mu.Lock()
	n := t.meals
	t.mu.Unlock()
	t.orders <- n
	t.orders <- n + 1
}

func (t *terrace) serve() {
	first := <-t.orders
	t.mu.Lock()
	t.meals += first + <-t.orders
	t.mu.Unlock()
}

// A guest who looks up the number again for each order is not.
type buffet struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newBuffet() *buffet {
	b := &buffet{orders: make(chan int)}
	go b.order()
	return b
}

func (b *buffet) order() {
	b.orders <- b.count()
	b.orders <- b.count()
}

func (b *buffet) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.meals
}

func (b *buffet) serve() {
	first := <-b.orders
	b.mu.Lock()
	b.meals += first + <-b.orders // want `receive from b\.orders with b\.mu held \(since twice\.go:\d+\): its senders must lock b\.mu first \(twice\.go:\d+\): deadlock`
	b.mu.Unlock()
}

// The same for who sends: the cook locks before he takes the first order only.
type grill struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newGrill() *grill {
	g := &grill{orders: make(chan int)}
	go g.cook()
	return g
}

func (g *grill) cook() {
	g.mu.Lock()
	g.meals++
	g.mu.Unlock()
	<-g.orders
	<-g.orders
}

func (g *grill) order() {
	g.orders <- 1
	g.mu.Lock()
	g.orders <- g.meals
	g.mu.Unlock()
}

// Or before each, as one of two cooks does.
type kitchen struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newKitchen(slow bool) *kitchen {
	k := &kitchen{orders: make(chan int)}
	if slow {
		go k.cookEach()
	} else {
		go k.cook()
	}
	return k
}

func (k *kitchen) cook() {
	k.mu.Lock()
	k.meals++
	k.mu.Unlock()
	<-k.orders
	<-k.orders
}

func (k *kitchen) order() {
	k.orders <- 1
	k.mu.Lock()
	k.orders <- k.meals // want `send to k\.orders with k\.mu held \(since twice\.go:\d+\): its receivers must lock k\.mu first \(twice\.go:\d+\): deadlock`
	k.mu.Unlock()
}

func (k *kitchen) cookEach() {
	k.mu.Lock()
	k.meals++
	k.mu.Unlock()
	<-k.orders
	k.mu.Lock()
	k.meals++
	k.mu.Unlock()
	<-k.orders
}

// An order that goes into a buffer has not been taken by anybody.
type counter struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newCounter() *counter {
	c := &counter{orders: make(chan int, 1)}
	go c.cook()
	return c
}

func (c *counter) cook() {
	c.mu.Lock()
	c.meals++
	c.mu.Unlock()
	<-c.orders
	<-c.orders
}

func (c *counter) order() {
	c.orders <- 1
	c.mu.Lock()
	c.orders <- c.meals // want `send to c\.orders with c\.mu held \(since twice\.go:\d+\): its receivers must lock c\.mu first \(twice\.go:\d+\): deadlock`
	c.mu.Unlock()
}

// No order has been taken for certain, or there are more guests, or more orders to come.
type diner struct {
	mu     sync.Mutex
	orders chan int
	meals  int
}

func newDiner() *diner {
	d := &diner{orders: make(chan int)}
	go d.order()
	return d
}

func (d *diner) order() {
	d.mu.Lock()
	n := d.meals
	d.mu.Unlock()
	d.orders <- n
	d.orders <- n + 1
}

func (d *diner) look() {
	select {
	case <-d.orders:
	default:
	}
	d.mu.Lock()
	d.meals += <-d.orders // want `receive from d\.orders with d\.mu held \(since twice\.go:\d+\): its senders must lock d\.mu first \(twice\.go:\d+\): deadlock`
	d.mu.Unlock()
}

func (d *diner) third() {
	n := <-d.orders
	n += <-d.orders
	d.mu.Lock()
	d.meals += n + <-d.orders // want `receive from d\.orders with d\.mu held \(since twice\.go:\d+\): its senders must lock d\.mu first \(twice\.go:\d+\): deadlock`
	d.mu.Unlock()
}

func (d *diner) all() {
	n := <-d.orders
	for {
		d.mu.Lock()
		d.meals += n + <-d.orders // want `receive from d\.orders with d\.mu held \(since twice\.go:\d+\): its senders must lock d\.mu first \(twice\.go:\d+\): deadlock`
		d.mu.Unlock()
	}
}

// Whoever was in a group when it was waited for has left it when it is waited for again.
type depot struct {
	mu     sync.Mutex
	wg     sync.WaitGroup
	stop   chan struct{}
	parked int
}

func NewDepot() *depot {
	d := &depot{stop: make(chan struct{})}
	d.wg.Add(1)
	go d.sweep()
	return d
}

func (d *depot) sweep() {
	defer d.wg.Done()
	<-d.stop
	d.mu.Lock()
	d.parked = 0
	d.mu.Unlock()
}

func (d *depot) Shut() {
	close(d.stop)
	d.wg.Wait() // sweep has ended
	d.mu.Lock()
	defer d.mu.Unlock()
	for range d.parked {
		d.wg.Add(1)
		go d.tow()
	}
	d.wg.Wait()
}

func (d *depot) tow() { d.wg.Done() }

func (d *depot) Park() {
	d.mu.Lock()
	d.parked++
	d.mu.Unlock()
}

// But not those who have been started since.
type garage struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	cars int
}

func (g *garage) wash() {
	defer g.wg.Done()
	g.mu.Lock()
	g.cars++
	g.mu.Unlock()
}

func (g *garage) WashTwice() {
	g.wg.Add(1)
	go g.wash()
	g.wg.Wait()
	g.startWash()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wg.Wait() // want `g\.wg\.Wait with g\.mu held \(since twice\.go:\d+\): its Done \(twice\.go:\d+\) must lock g\.mu first \(twice\.go:\d+\): deadlock`
}

func (g *garage) startWash() {
	g.wg.Add(1)
	go g.wash()
}
