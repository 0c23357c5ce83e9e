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
