// Package drained has goroutines whose channel is received from until they close it.
package drained

import "sync"

// A desk serves one order after the other: what the cook brings is served until he closes the hatch.
type desk struct {
	guests sync.Mutex
	stock  sync.Mutex
	n      int
	out    func(string) bool
}

func (d *desk) serve(orders <-chan string) {
	for o := range orders {
		switch o {
		case "bill":
			d.bill()
		default:
			for dish := range d.cook(o) {
				if !d.out(dish) {
					return
				}
			}
		}
	}
}

func (d *desk) cook(o string) <-chan string {
	hatch := make(chan string, 3)
	go func() {
		defer close(hatch)
		d.take(hatch, o)
	}()
	return hatch
}

func (d *desk) take(hatch chan string, o string) {
	d.stock.Lock()
	defer d.stock.Unlock()
	d.guests.Lock()
	d.n++
	d.guests.Unlock()
	hatch <- o
}

func (d *desk) bill() {
	d.guests.Lock()
	defer d.guests.Unlock()
	d.stock.Lock()
	d.n = 0
	d.stock.Unlock()
}

// This one goes on with the next order when a guest has had enough.
type bar struct {
	guests sync.Mutex
	stock  sync.Mutex
	n      int
	out    func(string) bool
}

func (b *bar) serve(orders <-chan string) {
	for o := range orders {
		switch o {
		case "bill":
			b.bill() // want `bar.serve locks bar.guests, then bar.stock, and bar.mix.func1 \(drained.go:\d+\) in the opposite order: can deadlock`
		default:
			for drink := range b.mix(o) {
				if !b.out(drink) {
					break
				}
			}
		}
	}
}

func (b *bar) mix(o string) <-chan string {
	hatch := make(chan string, 3)
	go func() {
		defer close(hatch)
		b.take(hatch, o)
	}()
	return hatch
}

func (b *bar) take(hatch chan string, o string) {
	b.stock.Lock()
	defer b.stock.Unlock()
	b.guests.Lock()
	b.n++
	b.guests.Unlock()
	hatch <- o
}

func (b *bar) bill() {
	b.guests.Lock()
	defer b.guests.Unlock()
	b.stock.Lock()
	b.n = 0
	b.stock.Unlock()
}
