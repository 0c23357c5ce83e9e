// A program starts one goroutine in a function, and several in a loop.
package main

import "sync"

var a, b sync.Mutex

func work() {
	a.Lock()
	b.Lock() // want `work locks a, then b, and in the opposite order`
	n++
	b.Unlock()
	a.Unlock()
	b.Lock()
	a.Lock()
	n++
	a.Unlock()
	b.Unlock()
}

var c, d sync.Mutex

var n int

// Fine: one goroutine runs it.
func once() {
	e.Lock()
	f.Lock()
	n++
	f.Unlock()
	e.Unlock()
	f.Lock()
	e.Lock()
	n++
	e.Unlock()
	f.Unlock()
}

var e, f sync.Mutex

func main() {
	for range 3 {
		go work()
	}
	x := 1
	for range 3 {
		go func() {
			c.Lock()
			d.Lock() // want `main\.func1 locks c, then d, and in the opposite order`
			x++
			d.Unlock()
			c.Unlock()
			d.Lock()
			c.Lock()
			x++
			c.Unlock()
			d.Unlock()
		}()
	}
	go once()
	select {}
}
