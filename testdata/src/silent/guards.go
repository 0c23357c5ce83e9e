package silent

import "sync"

// A guard remembers whether it holds the lock.

type vat struct {
	mu    sync.Mutex
	level int
}

type hold struct {
	v  *vat
	on bool
}

func (h *hold) take() {
	if !h.on {
		h.v.mu.Lock()
		h.on = true
	}
}

func (h *hold) drop() {
	if h.on {
		h.on = false
		h.v.mu.Unlock()
	}
}

func (v *vat) fill(amounts []int) {
	h := hold{v: v}
	for _, n := range amounts {
		h.take()
		v.level += n
		if n > 3 {
			h.drop()
		}
	}
	h.drop()
}

// A guard that is a value: the zero one holds nothing.

type grip struct{ v *vat }

func (v *vat) grab() grip { v.mu.Lock(); return grip{v} }
func (g grip) release()   { g.v.mu.Unlock() }

func (v *vat) drain(carefully bool) {
	var g grip
	if carefully {
		g = v.grab()
	}
	v.level--
	if g.v != nil {
		g.release()
	}
}

// What a struct that is passed says decides on branches in the callee.

type order struct {
	kind   string
	locked bool
}

func (v *vat) do(o order) {
	switch o.kind {
	case "fill":
		v.mu.Lock()
		v.level++
		v.mu.Unlock()
	case "look":
		println(v.level)
	}
}

func (v *vat) look() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.do(order{kind: "look"})
}

func (v *vat) more() { v.do(order{kind: "fill"}) }

func (v *vat) add(o order) {
	if !o.locked {
		v.mu.Lock()
		defer v.mu.Unlock()
	}
	v.level++
}

func (v *vat) addLocked() {
	v.mu.Lock()
	defer v.mu.Unlock()
	o := order{}
	o.locked = true
	v.add(o)
}

func (v *vat) addNow() { v.add(order{}) }

// A read lock that is taken twice, behind a gate: who writes holds the gate for writing, and who reads
// holds it as well.

type index struct {
	mu    sync.RWMutex
	terms map[string]int
}

func (i *index) set(term string, n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.terms[term] = n
}

func (i *index) get(term string) int {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.terms[term]
}

func (i *index) sum(terms []string) (n int) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	for _, t := range terms {
		n += i.get(t)
	}
	return n
}

// Shelf has an index behind its own lock.
type Shelf struct {
	gate sync.RWMutex
	ix   index
}

// Put holds the gate.
func (s *Shelf) Put(term string, n int) {
	s.gate.Lock()
	defer s.gate.Unlock()
	s.ix.set(term, n)
}

// Sum holds it, too.
func (s *Shelf) Sum(terms []string) int {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return s.ix.sum(terms)
}

// A callee that locks only while a field is nil, which has been followed before.

type rig struct {
	mu   sync.Mutex
	reel *reel
}

type reel struct {
	player
	name string
}

type player interface{ Playing() bool }

func (r *rig) load(name string) *reel {
	if name != "" {
		if r.reel != nil {
			panic("a reel is in")
		}
		r.mu.Lock()
		defer r.mu.Unlock()
	}
	return &reel{name: name}
}

func (r *rig) reload(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reel.Playing() {
		return
	}
	r.reel = r.load(name)
}
