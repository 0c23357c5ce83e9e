package peers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A node stands for values that may be the same object (Steensgaard's unification):
// a channel, an address, a container, a function value, an interface value. Structs
// have none: a field is one node for all structs of its declaration.
type node struct {
	up   *node // towards the representative
	size int

	elem *node // what an address, a container or a channel holds
	key  *node // the keys of a map
	addr *node // the addresses of this variable or element

	// outside is what code outside of the package may do with it.
	outside reach
	funcs   []*ssa.Function // the functions that a function value may be
	calls   []*edge         // the calls of a function value, callee still open
	class   *Class
}

// rep returns the node's representative.
func (n *node) rep() *node {
	for n.up != nil {
		if n.up.up != nil {
			n.up = n.up.up
		}
		n = n.up
	}
	return n
}

// elemOf returns what n holds.
func (g *Graph) elemOf(n *node) *node {
	n = n.rep()
	if n.elem == nil {
		n.elem = &node{addr: n, outside: n.outside.inside()}
	}
	return n.elem.rep()
}

// keyOf returns the keys of the map n.
func (g *Graph) keyOf(n *node) *node {
	n = n.rep()
	if n.key == nil {
		n.key = &node{outside: n.outside.inside()}
	}
	return n.key.rep()
}

// addrOf returns the address of the variable n.
func (g *Graph) addrOf(n *node) *node {
	n = n.rep()
	if n.addr == nil {
		n.addr = &node{elem: n, outside: n.outside.inside()}
	}
	return n.addr.rep()
}

// unify makes a and b one, and what hangs on them.
func (g *Graph) unify(a, b *node) {
	type pair struct{ a, b *node }
	work := []pair{{a, b}}
	for len(work) > 0 {
		a, b := work[len(work)-1].a, work[len(work)-1].b
		work = work[:len(work)-1]
		if a == nil || b == nil {
			continue
		}
		a, b = a.rep(), b.rep()
		if a == b {
			continue
		}
		if a.size < b.size {
			a, b = b, a
		}
		outside := a.outside | b.outside
		changed := a.outside != b.outside
		b.up, a.size = a, a.size+b.size+1
		for _, c := range []struct{ a, b **node }{{&a.elem, &b.elem}, {&a.key, &b.key}, {&a.addr, &b.addr}} {
			if *c.a == nil {
				*c.a = *c.b
			} else {
				work = append(work, pair{*c.a, *c.b})
			}
		}
		oldFuncs, oldCalls := a.funcs, a.calls
		a.funcs = append(oldFuncs[:len(oldFuncs):len(oldFuncs)], b.funcs...)
		a.calls = append(oldCalls[:len(oldCalls):len(oldCalls)], b.calls...)
		for _, fn := range oldFuncs {
			for _, e := range b.calls {
				g.links = append(g.links, link{e, fn})
			}
		}
		for _, fn := range b.funcs {
			for _, e := range oldCalls {
				g.links = append(g.links, link{e, fn})
			}
		}
		if changed {
			a.outside = 0
			g.reached(a, outside)
		}
	}
}

// A reach is what code outside of the package may do with a value.
type reach uint8

const (
	receives reach = 1 << iota // from a channel
	sends                      // on a channel, which it may close
	whatever = receives | sends
)

// inside is the reach to what can be reached from a value that code has.
func (r reach) inside() reach {
	if r == 0 {
		return 0
	}
	return whatever
}

// escape notes that others may have the value, and what can be reached from it.
func (g *Graph) escape(n *node) { g.reached(n, whatever) }

// handOut notes that others get a value of type t from the package: one end of a channel is all that they have then, if t says so.
func (g *Graph) handOut(n *node, t types.Type) {
	r := whatever
	if ch, ok := t.Underlying().(*types.Chan); ok {
		switch ch.Dir() {
		case types.RecvOnly:
			r = receives
		case types.SendOnly:
			r = sends
		}
	}
	g.reached(n, r)
}

// reached notes what others may do with the value.
func (g *Graph) reached(n *node, r reach) {
	if n == nil {
		return
	}
	n = n.rep()
	if n.outside|r == n.outside {
		return
	}
	n.outside |= r
	g.open = append(g.open, n.funcs...)
	g.opaque = append(g.opaque, n.calls...)
	g.escape(n.elem)
	g.escape(n.key)
}

// hasNode reports whether values of the type are followed.
func hasNode(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Chan, *types.Pointer, *types.Signature, *types.Map, *types.Slice, *types.Array, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return false
}
