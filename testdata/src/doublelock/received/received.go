// Package received locks what it receives from a channel: another object on each iteration.
package received

import "sync"

type container struct {
	sync.Mutex
	elems []int
}

type pool struct{ p sync.Pool }

func (p *pool) get() *container {
	c, _ := p.p.Get().(*container)
	if c == nil {
		c = &container{}
	}
	c.Mutex = sync.Mutex{}
	return c
}

func (p *pool) put(c *container) {
	c.elems = c.elems[:0]
	p.p.Put(c)
}

type device struct {
	pool    pool
	inbound chan *container
	work    chan *container
}

func New() *device {
	return &device{inbound: make(chan *container, 8), work: make(chan *container, 8)}
}

func (d *device) Send(n int) {
	c := d.pool.get()
	c.Lock()
	c.elems = append(c.elems, n)
	d.inbound <- c
	d.work <- c
}

func (d *device) Decrypt() {
	for c := range d.work {
		for i := range c.elems {
			c.elems[i]++
		}
		c.Unlock()
	}
}

func (d *device) Receive() (sum int) {
	for c := range d.inbound {
		if c == nil {
			return sum
		}
		c.Lock()
		for _, e := range c.elems {
			sum += e
		}
		d.pool.put(c)
	}
	return sum
}

func (d *device) Flush() {
	for {
		select {
		case c := <-d.inbound:
			c.Lock()
			d.pool.put(c)
		default:
			return
		}
	}
}

// The same object each turn.
type box struct {
	sync.Mutex
	n int
}

func (b *box) Sum(ch chan int) {
	for i := range ch {
		b.Lock() // want `b is locked again`
		b.n += i
	}
}
