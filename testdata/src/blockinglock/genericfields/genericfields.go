// Package genericfields has a field of another type in each instance of its struct: what is put into one is not called out of another.
package genericfields

import "sync"

type entry[T any] struct {
	name string
	f    T
}

type (
	mover  func(*position)
	filter func(string) bool
)

type position struct {
	sync.RWMutex
	x int
}

var (
	mu      sync.RWMutex
	movers  = make(map[*entry[mover]]bool)
	filters = make(map[*entry[filter]]bool)
)

func OnMove(m mover) {
	mu.Lock()
	defer mu.Unlock()
	movers[&entry[mover]{"", m}] = true
}

func OnSend(f filter) {
	mu.Lock()
	defer mu.Unlock()
	filters[&entry[filter]{"", f}] = true
}

func send(command string) {
	mu.RLock()
	defer mu.RUnlock()
	for e := range filters {
		if e.f(command) {
			return
		}
	}
}

func Set(p *position, x int) {
	p.Lock()
	defer p.Unlock()
	p.x = x
	send("moved")
}

func Move(p *position) {
	p.Lock()
	p.x++
	p.Unlock()
	for e := range movers {
		e.f(p)
	}
}

func Watch(out func(int)) {
	moved := make(chan *position)
	OnMove(func(p *position) { moved <- p })
	go func() {
		for p := range moved {
			p.RLock()
			out(p.x)
			p.RUnlock()
		}
	}()
}

func init() { OnSend(func(command string) bool { return command == "" }) }

// Here the right one is called with the lock held.
type place struct {
	sync.RWMutex
	x int
}

type visitor func(*place)

var visitors = make(map[*entry[visitor]]bool)

func OnVisit(v visitor) { visitors[&entry[visitor]{"", v}] = true }

func Visit(p *place) {
	p.Lock()
	defer p.Unlock()
	p.x++
	for e := range visitors {
		e.f(p)
	}
}

func WatchPlaces(out func(int)) {
	visited := make(chan *place)
	OnVisit(func(p *place) {
		visited <- p // want `send to visited with p held .*: its receiver .*must lock p first`
	})
	go func() {
		for p := range visited {
			p.RLock()
			out(p.x)
			p.RUnlock()
		}
	}()
}
