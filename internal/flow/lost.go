package flow

import (
	"encoding/binary"
	"slices"
)

// lostCells is a set of cells. It never changes, and of equal sets there is one only, so that states can share it
// and be told apart by it: a state is copied and compared far more often than it loses a cell. nil is the empty set.
type lostCells struct {
	of   *lostSets
	id   uint32
	bits []uint64                  // by the number of the cell; the last one is not 0
	more map[string]*lostCells     // this set and one more cell
	join map[*lostCells]*lostCells // this set and another one
}

// lostSets are the sets that the states of a walk have. The zero lostSets has none yet.
type lostSets struct {
	number map[string]int         // of cells
	byBits map[string]*lostCells  // all of them
	lists  map[*string]*lostCells // the sets of lists of cells, by where a list begins
}

// has reports whether a cell is in the set.
func (c *lostCells) has(cell string) bool {
	if c == nil {
		return false
	}
	i, ok := c.of.number[cell]
	return ok && i/64 < len(c.bits) && c.bits[i/64]>>(i%64)&1 != 0
}

// cells returns the cells of the set, sorted.
func (c *lostCells) cells() (all []string) {
	if c == nil {
		return nil
	}
	for cell := range c.of.number {
		if c.has(cell) {
			all = append(all, cell)
		}
	}
	slices.Sort(all)
	return all
}

// number returns another number for each set of the walk, 0 for the empty one.
func (c *lostCells) number() uint32 {
	if c == nil {
		return 0
	}
	return c.id
}

// add returns the set c with a cell added.
func (a *lostSets) add(c *lostCells, cell string) *lostCells {
	if c.has(cell) {
		return c
	}
	if c != nil && c.more[cell] != nil {
		return c.more[cell]
	}
	if a.number == nil {
		a.number, a.byBits = make(map[string]int), make(map[string]*lostCells)
	}
	i, ok := a.number[cell]
	if !ok {
		i = len(a.number)
		a.number[cell] = i
	}
	one := make([]uint64, i/64+1)
	one[i/64] = 1 << (i % 64)
	if c == nil {
		return a.with(one)
	}
	sum := a.with(either(one, c.bits))
	if c.more == nil {
		c.more = make(map[string]*lostCells)
	}
	c.more[cell] = sum
	return sum
}

// addAll returns the set c with the cells of a list added. The list is never changed: callees have the same one whenever they
// are called.
func (a *lostSets) addAll(c *lostCells, cells []string) *lostCells {
	if len(cells) == 1 {
		return a.add(c, cells[0])
	}
	all, ok := a.lists[&cells[0]]
	if !ok {
		for _, cell := range cells {
			all = a.add(all, cell)
		}
		if a.lists == nil {
			a.lists = make(map[*string]*lostCells)
		}
		a.lists[&cells[0]] = all
	}
	return c.union(all)
}

// union returns the set of the cells of c and o.
func (c *lostCells) union(o *lostCells) *lostCells {
	switch {
	case c == o || o == nil:
		return c
	case c == nil:
		return o
	case c.join[o] != nil:
		return c.join[o]
	}
	sum := c.of.with(either(c.bits, o.bits))
	if c.join == nil {
		c.join = make(map[*lostCells]*lostCells)
	}
	c.join[o] = sum
	return sum
}

// either returns the bits that are set in a or b.
func either(a, b []uint64) []uint64 {
	sum := make([]uint64, max(len(a), len(b)))
	copy(sum, a)
	for i, w := range b {
		sum[i] |= w
	}
	return sum
}

// with returns the set with these bits.
func (a *lostSets) with(set []uint64) *lostCells {
	var buf [256]byte
	key := buf[:0]
	for _, w := range set {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	c := a.byBits[string(key)]
	if c == nil {
		c = &lostCells{of: a, id: uint32(len(a.byBits) + 1), bits: set}
		a.byBits[string(key)] = c
	}
	return c
}
