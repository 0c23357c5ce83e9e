package missingunlock

import "sync"

// Elements of a loop that a variable of the turn holds, since a literal captures it.

type alarm struct {
	mu    sync.Mutex
	state int
	ring  func()
}

func ringAll(alarms []*alarm) (rung int) {
	for _, a := range alarms {
		a.mu.Lock() // want `a\.mu is still locked when the next iteration begins; other paths unlock it`
		switch a.state {
		case 1:
			a.mu.Unlock()
			continue
		case 2:
			a.state = 1
			continue
		}
		a.state = 2
		a.mu.Unlock()
		rung++
		go func() {
			a.ring()
			a.mu.Lock()
			a.state = 0
			a.mu.Unlock()
		}()
	}
	return rung
}

// Fine: literals that are kept unlock it.
func hushAll(alarms []*alarm) {
	var undo []func()
	for _, a := range alarms {
		a.mu.Lock()
		if a.state == 1 {
			undo = append(undo, func() { a.mu.Unlock() })
			continue
		}
		a.mu.Unlock()
	}
	for _, u := range undo {
		u()
	}
}

// Fine: whoever receives the alarm unlocks it.
func passAll(alarms []*alarm, busy chan *alarm) {
	for _, a := range alarms {
		a.mu.Lock()
		if a.state == 1 {
			select {
			case busy <- a:
				continue
			default:
			}
		}
		a.mu.Unlock()
	}
}
