package copied

import "sync"

// A function keeps the Cond whose lock it returns with in another field, and another one unlocks it from there.
type slot struct {
	cond *sync.Cond
	full bool
	v    int
}

type slotRing struct {
	taken *sync.Cond
	slots []slot
	next  int
}

func (r *slotRing) Take() (v int, ok bool) {
	s := &r.slots[r.next%len(r.slots)]
	r.taken = s.cond
	s.cond.L.Lock()
	if s.full {
		v, ok, s.full = s.v, true, false
		r.next++
	}
	return v, ok
}

func (r *slotRing) Done() {
	if r.taken != nil {
		r.taken.L.Unlock()
		r.taken.Signal()
		r.taken = nil
	}
}

func (r *slotRing) Put(i, v int) {
	s := &r.slots[i%len(r.slots)]
	s.cond.L.Lock()
	for s.full {
		s.cond.Wait()
	}
	s.full, s.v = true, v
	s.cond.L.Unlock()
}

// Nothing is copied here to where the lock is released.
type cell struct {
	cond *sync.Cond
	v    int
}

type cellRing struct {
	taken *sync.Cond
	other *sync.Cond
	cells []cell
}

func (r *cellRing) Take(i int) int {
	c := &r.cells[i]
	c.cond.L.Lock() // want `c\.cond\.L is locked here and never unlocked`
	return c.v
}

func (r *cellRing) Use() {
	r.taken = r.other
	r.taken.L.Lock()
}

func (r *cellRing) Done() { r.taken.L.Unlock() }

func (r *cellRing) Put(i, v int) {
	c := &r.cells[i]
	c.cond.L.Lock()
	c.v = v
	c.cond.L.Unlock()
}
