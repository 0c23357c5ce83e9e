// Package promoted has types whose lock anybody can release, since it is embedded.
package promoted

import "sync"

type Set struct {
	sync.Mutex
	m map[string]int
}

func (s *Set) Add(key string) {
	s.Lock() // want `s is locked here and never unlocked`
	s.m[key]++
}

func (s *Set) Has(key string) bool {
	s.Lock()
	defer s.Unlock()
	return s.m[key] > 0
}

func (s *Set) Len() int {
	s.Lock()
	defer s.Unlock()
	return len(s.m)
}

// A function that returns something to release may leave that to its callers, ...
type Item struct {
	sync.Mutex
	n int
}

type Items struct {
	sync.Mutex
	all map[string]*Item
}

func (s *Items) Get(key string) *Item {
	s.Lock()
	defer s.Unlock()
	i := s.all[key]
	i.Lock()
	return i
}

func (i *Item) Inc() {
	i.Lock()
	i.n++
	i.Unlock()
}

func (i *Item) N() int {
	i.Lock()
	defer i.Unlock()
	return i.n
}

// ... so may one that says so, ...
type Gate struct {
	sync.Mutex
	closed bool
	passed int
}

// Shut keeps the gate's lock, so that nobody passes until the caller unlocks it.
func (g *Gate) Shut() {
	g.Lock()
	g.closed = true
}

func (g *Gate) Pass() {
	g.Lock()
	g.passed++
	g.Unlock()
}

func (g *Gate) Passed() int {
	g.Lock()
	defer g.Unlock()
	return g.passed
}

// ... that does nothing else, ...
type Room struct {
	sync.Mutex
	guests int
}

func Take(r *Room) { r.Lock() }

func (r *Room) Enter() {
	r.Lock()
	r.guests++
	r.Unlock()
}

func (r *Room) Guests() int {
	r.Lock()
	defer r.Unlock()
	return r.guests
}

// ... by its name, or by that of its counterpart.
type Batch struct {
	sync.Mutex
	rows []int
	open bool
}

func (b *Batch) Start() {
	b.Lock()
	b.open = true
}

func (b *Batch) Put(n int) {
	if !b.open {
		b.Lock()
		defer b.Unlock()
	}
	b.rows = append(b.rows, n)
}

func (b *Batch) Done() {
	b.open = false
	b.Unlock()
}
