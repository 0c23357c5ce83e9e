package unlockunheld

import (
	"errors"
	"sync"
)

// path: the lock is taken on some paths only.
type region struct {
	mu   sync.Mutex
	size int
}

func (r *region) grow(n int, crowded func() bool) {
	if crowded() {
		r.mu.Lock()
	}
	r.size += n
	r.mu.Unlock() // want `r\.mu is unlocked, but only some paths to here lock it \(at branches\.go:16\)`
}

// A condition that callers know may say that they hold the lock.
func (r *region) move(n int, held bool) {
	if !held {
		r.mu.Lock()
	}
	r.size = n
	r.mu.Unlock()
}

// Silent shape 1.
func (r *region) shrink(n int, shared bool) {
	if shared {
		r.mu.Lock()
	}
	r.size -= n
	if shared {
		r.mu.Unlock()
	}
}

// Silent shape 1: a field read twice with no store between.
type zone struct {
	mu     sync.Mutex
	shared bool
	size   int
}

func (z *zone) grow(n int) {
	if z.shared {
		z.mu.Lock()
	}
	z.size += n
	if z.shared {
		z.mu.Unlock()
	}
}

// Silent shape 1: a flag.
func (z *zone) shrink(n int, held bool) {
	var locked bool
	if !held {
		z.mu.Lock()
		locked = true
	}
	if z.size -= n; z.size < 0 {
		z.size = 0
	}
	if locked {
		z.mu.Unlock()
	}
}

// path: a try that failed.
type intake struct {
	mu sync.Mutex
	n  int
}

func (i *intake) pull() {
	if i.mu.TryLock() {
		i.n++
	}
	i.mu.Unlock() // want `i\.mu is unlocked, but the TryLock at branches\.go:\d+ may have failed`
}

// Silent shape 9.
func (i *intake) push() bool {
	if !i.mu.TryLock() {
		return false
	}
	i.n--
	i.mu.Unlock()
	return true
}

func (i *intake) spin() {
	for !i.mu.TryLock() {
	}
	i.n--
	i.mu.Unlock()
}

// A caller holds it for the function: not path.
type basin struct {
	mu    sync.Mutex
	level int
}

func (b *basin) settle(reopen bool) {
	if reopen {
		b.mu.Unlock()
		b.mu.Lock()
	}
	b.level = 0
	b.mu.Unlock()
}

func (b *basin) fill(n int) {
	b.mu.Lock()
	b.level += n
	b.settle(n > 10)
}

// Switches.
type signal struct {
	mu    sync.Mutex
	color int
}

func (s *signal) set(c int) {
	s.mu.Lock()
	switch c {
	case 0:
		s.mu.Unlock()
	case 1:
		s.color = c
	default:
		s.color = 2
		s.mu.Unlock()
		return
	}
	s.mu.Unlock() // want `s\.mu is unlocked, but was unlocked before, at branches\.go:\d+`
}

// Silent shape 8: the path that unlocked ends.
func (s *signal) must(c int) {
	s.mu.Lock()
	if c < 0 {
		s.mu.Unlock()
		panic("no such color")
	}
	s.color = c
	s.mu.Unlock()
}

// An answer that depends on what is asked alone, whatever is done before it is given.
type scale struct{ mu sync.Mutex }

func (s *scale) heavy(light bool, n int) bool {
	for i := 0; i < n; i++ {
		println(i)
	}
	return !light
}

func (s *scale) weigh(light bool, n int) {
	s.mu.Lock()
	s.mu.Unlock()
	if light {
		if s.heavy(light, n) {
			s.mu.Unlock()
		}
	} else if s.heavy(light, n) {
		s.mu.Unlock() // want `s\.mu is unlocked, but was unlocked before, at branches\.go:\d+`
	}
}

// A lock that is taken for some of the objects and given back for all.
type pocket struct {
	mu   sync.Mutex
	open bool
	n    int
}

type pockets struct{ list []*pocket }

func (s *pockets) Put(i int) (n int, err error) {
	if i < 0 || i >= len(s.list) {
		return 0, errors.New("no such pocket")
	}
	p := s.list[i]
	if p.open {
		p.mu.Lock()
		p.n++
		n = p.n
	} else {
		err = errors.New("closed")
	}
	p.mu.Unlock() // want `p\.mu is unlocked, but locked \(at branches\.go:\d+\) on some paths only: on the others, no caller can hold it`
	return n, err
}

// The same condition guards both.
func (s *pockets) Take(i int) {
	if i < 0 || i >= len(s.list) {
		return
	}
	p := s.list[i]
	if p.open {
		p.mu.Lock()
	}
	p.n--
	if p.open {
		p.mu.Unlock()
	}
}

// The other pockets are locked by the caller.
type rack struct {
	mu   sync.Mutex
	open bool
	n    int
}

func (r *rack) put(i int) {
	if i < 0 {
		return
	}
	if r.open {
		r.mu.Lock()
	}
	r.n++
	r.mu.Unlock()
}

func (r *rack) Put(i int) {
	if i < 0 {
		return
	}
	if !r.open {
		r.mu.Lock()
	}
	r.put(i)
}
