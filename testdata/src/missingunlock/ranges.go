package missingunlock

import "sync"

// A continue that keeps the lock of this turn's element: of a map, a slice, a slice
// of structs by index, and of what a map finds.
type probe struct {
	mu   sync.Mutex
	dead bool
	hits int
}

type fleetOf struct {
	byName map[string]*probe
	all    []*probe
	flat   []probe
}

func (f *fleetOf) ping(send func(string) error) (n int) {
	for name, p := range f.byName {
		p.mu.Lock() // want `p\.mu is still locked when the next iteration begins; other paths unlock it`
		if p.dead {
			continue
		}
		if err := send(name); err != nil {
			p.dead = true
			p.mu.Unlock()
			continue
		}
		p.hits++
		n++
		p.mu.Unlock()
	}
	return n
}

func (f *fleetOf) hits() (n int) {
	for i := range f.all {
		p := f.all[i]
		p.mu.Lock() // want `p\.mu is still locked when the next iteration begins; other paths unlock it`
		switch {
		case p.dead:
			continue
		case p.hits == 0:
			p.mu.Unlock()
		default:
			n += p.hits
			p.mu.Unlock()
		}
	}
	return n
}

func (f *fleetOf) reset() {
	for i := range f.flat {
		f.flat[i].mu.Lock() // want `f\.flat\[i\]\.mu is still locked when the next iteration begins; other paths unlock it`
		if f.flat[i].dead {
			continue
		}
		f.flat[i].hits = 0
		f.flat[i].mu.Unlock()
	}
}

func (f *fleetOf) kill(names []string) {
	for _, name := range names {
		p, ok := f.byName[name]
		if !ok {
			continue
		}
		p.mu.Lock() // want `p\.mu is still locked when the next iteration begins; other paths unlock it`
		if p.dead {
			continue
		}
		p.dead = true
		p.mu.Unlock()
	}
}
