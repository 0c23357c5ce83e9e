// Package notyet locks objects of another package that nobody else has, yet.
package notyet

import (
	"sync"

	"lockorder/notyet/desk"
)

var (
	mu    sync.Mutex
	total int
)

func fill(d *desk.Desk) {
	mu.Lock()
	defer mu.Unlock()
	d.Fill(total)
}

func count(n int) {
	mu.Lock()
	defer mu.Unlock()
	total += n
}

// Nobody has the desk when it is filled.
func start() error {
	d, err := desk.Open("in")
	if err != nil {
		return err
	}
	fill(d)
	d.Changed = count
	go d.Put("a", 1)
	return nil
}

// Somebody has it.
type office struct {
	mu    sync.Mutex
	total int
	d     *desk.Desk
}

func (o *office) start() error {
	d, err := desk.Open("out")
	if err != nil {
		return err
	}
	o.d = d
	d.Changed = o.count
	go d.Put("a", 1)
	o.fill(d)
	return nil
}

func (o *office) fill(d *desk.Desk) {
	o.mu.Lock()
	defer o.mu.Unlock()
	d.Fill(o.total)
}

func (o *office) count(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.total += n
}

func Run(o *office) {
	if start() == nil {
		o.start() // want `Run locks office\.mu, then desk\.Desk\.mu, and desk\.\(\*Desk\)\.Put .* in the opposite order: can deadlock`
	}
}
