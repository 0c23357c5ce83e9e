package groups

import (
	"iter"
	"maps"
	"strings"
)

// A memory says what is known to be at addresses. What lies in one object is kept together, so that a copy of a
// memory shares the objects that neither it nor the original changes, and so that what lies in an object is found
// without a look at all others.
type memory struct {
	objects map[string]*object // by the address of the object
	shared  bool               // the map is that of another memory, too
	own     *byte              // the objects that carry it are of this memory alone
	n       int                // addresses
}

// An object holds what is at some addresses, in the order in which they became known.
type object struct {
	own   *byte
	cells []cell
}

type cell struct {
	key string
	v   value
}

func newMemory() memory { return memory{objects: make(map[string]*object), own: new(byte)} }

// objectOf returns the address of the object that an address lies in. An address under another one lies in the same.
func objectOf(key string) string {
	if i := strings.IndexAny(key, ".["); i >= 0 {
		return key[:i]
	}
	return key
}

// clone returns a copy. From now on neither of the two changes the objects that they share.
func (m *memory) clone() memory {
	m.shared, m.own = true, new(byte)
	return memory{m.objects, true, new(byte), m.n}
}

// at returns what is at an address, if that is known.
func (m *memory) at(key string) (v value, known bool) {
	if o := m.objects[objectOf(key)]; o != nil {
		for i := range o.cells {
			if o.cells[i].key == key {
				return o.cells[i].v, true
			}
		}
	}
	return value{}, false
}

// set notes what is at an address.
func (m *memory) set(key string, v value) {
	base := objectOf(key)
	o := m.objects[base]
	if o == nil || o.own != m.own {
		mine := &object{own: m.own}
		if o != nil {
			mine.cells = append(make([]cell, 0, len(o.cells)+1), o.cells...)
		}
		if m.shared {
			m.objects, m.shared = maps.Clone(m.objects), false
		}
		o = mine
		m.objects[base] = o
	}
	for i := range o.cells {
		if o.cells[i].key == key {
			o.cells[i].v = v
			return
		}
	}
	o.cells = append(o.cells, cell{key, v})
	m.n++
}

// within returns the value of which not all fields are known that was stored to a struct in which an address lies, and where in the struct
// that is.
func (m *memory) within(key string) (whole value, part string, ok bool) {
	for i := len(key) - 1; i > 0; i-- {
		if key[i] == '.' || key[i] == '[' {
			if v, known := m.at(key[:i]); known && v.key != "zero" {
				return v, key[i:], true
			}
		}
	}
	return value{}, "", false
}

// under yields the address and those that lie under it, with what is known to be there.
func (m *memory) under(base string) iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		o := m.objects[objectOf(base)]
		if o == nil {
			return
		}
		for _, c := range o.cells {
			if under(c.key, base) && !yield(c.key, c.v) {
				return
			}
		}
	}
}
