// Package consequence has sends that nobody comes to with the lock held, as a callee locks it again before. That
// is what doublelock reports.
package consequence

import "sync"

type driver struct {
	mu      sync.Mutex
	packets chan int
	n       int
}

func newDriver() *driver {
	d := &driver{packets: make(chan int)}
	go func() {
		for p := range d.packets {
			d.write(p)
		}
	}()
	return d
}

func (d *driver) write(p int) {
	d.mu.Lock()
	d.n += p
	d.mu.Unlock()
}

func (d *driver) craft() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n
}

func (d *driver) head() { d.packets <- d.craft() }

func (d *driver) finish() {
	d.mu.Lock()
	d.head()
	d.mu.Unlock()
}

// Here nothing is in the way of the send.
func (d *driver) tail() {
	d.mu.Lock()
	d.last(1)
	d.mu.Unlock()
}

func (d *driver) last(n int) {
	d.packets <- n // want `send to d.packets with d.mu held .*: its receiver must lock d.mu first`
}

var _, _, _ = newDriver, (*driver).finish, (*driver).tail
