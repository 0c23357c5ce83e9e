package doublelock

import "sync"

// A package-level registry and literals that capture nothing: the lock is the
// package's either way.
type registry struct {
	mu    sync.Mutex
	names map[string]int
}

var kinds = &registry{names: map[string]int{}}

func (r *registry) update(f func(map[string]int)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(r.names)
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.names)
}

func registerKind(name string) {
	kinds.update(func(names map[string]int) { // want `kinds\.mu is locked again at \S+ by \(\*registry\)\.count`
		names["latest"] = kinds.count()
	})
	kinds.update(func(names map[string]int) { names[name]++ })
}

// Another registry is another lock.
var aliases = &registry{names: map[string]int{}}

func registerAlias() {
	aliases.update(func(names map[string]int) {
		names["kinds"] = kinds.count()
	})
}

// By value.
var rates struct {
	sync.RWMutex
	table map[string]float64
}

func withRates(f func()) {
	rates.Lock()
	defer rates.Unlock()
	f()
}

func rate(currency string) float64 {
	rates.RLock()
	defer rates.RUnlock()
	return rates.table[currency]
}

func revalue() {
	withRates(func() { // want `rates\S* is read-locked at \S+ by rate`
		rates.table["total"] = rate("usd") + rate("eur")
	})
}

// The goroutine waits for the lock that it has, until the function that started it unlocks it.
type patient struct {
	mu   sync.RWMutex
	n    int
	busy sync.Mutex
}

func (p *patient) ask() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.n
}

type clinic struct{ patient *patient }

func newClinic() *clinic { return &clinic{&patient{}} }

func waitsForUnlock(sleep func()) {
	c := newClinic()
	done := make(chan int)
	go func() {
		c.patient.mu.Lock()
		done <- c.patient.ask()
	}()
	sleep()
	c.patient.mu.Unlock()
	<-done
}

func nobodyUnlocks(sleep func()) {
	c := newClinic()
	done := make(chan int)
	go func() {
		c.patient.mu.Lock()
		done <- c.patient.ask() // want `c\.patient\.mu is read-locked at .* by \(\*patient\)\.ask, which deadlocks`
	}()
	sleep()
	<-done
}
