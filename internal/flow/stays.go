package flow

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A flag that is set and never reset says for good what it says once, whoever runs meanwhile:
//
//	if c.closed.CompareAndSwap(false, true) {
//		c.flush() // which does nothing if c.closed.Load()
//	}

// staysTrue reports whether a condition is the value of such a flag, of an object that is the same later.
func (w *walker) staysTrue(key *path.Node) bool {
	addr := flagRead(key)
	if addr == nil {
		return false
	}
	cell := w.t.Cell(addr)
	return cell != "" && w.env.Stays(cell) && (addr.Kind == path.Global || !w.unstable(addr.X))
}

// The conditions that nameResult makes of what is asked of an atomic.Bool.
const (
	flagLoad = "call (*Bool).Load"
	flagSwap = "call (*Bool).CompareAndSwap"
)

// flagRead returns the address of the flag that a condition reads, nil if it is another one.
func flagRead(key *path.Node) *path.Node {
	addr := key.X
	if key.Kind == path.Op && key.Name == "call ," && key.X.Name == flagLoad {
		addr = key.Y
	} else if key.Kind != path.Deref {
		return nil
	}
	if addr.Kind == path.Field || addr.Kind == path.Global {
		return addr
	}
	return nil
}

// lasting reports whether a condition reads memory that never changes: others who run meanwhile don't either.
func (w *walker) lasting(cond *path.Node) bool { return cond.Loads() && w.lasts(cond) }

// lasts reports whether a value is calculated from nothing but memory that never changes, and values.
func (w *walker) lasts(n *path.Node) bool {
	switch {
	case n == nil || !n.Loads():
		return true
	case n.Kind == path.Op:
		return calculates(n.Name) && w.lasts(n.X) && w.lasts(n.Y)
	}
	return n.Kind == path.Deref && n.X.Kind == path.Field && w.stable(w.fn, n)
}

// calculates reports whether the result of an operation depends on nothing but its operands.
func calculates(op string) bool { return calculations[op] || strings.HasPrefix(op, "conv ") }

var calculations = map[string]bool{
	"==": true, "<": true, "!": true, "len": true, "cap": true,
	"+": true, "-": true, "*": true, "/": true, "%": true, "&": true, "|": true, "^": true, "&^": true, "<<": true, ">>": true,
}

// outdated reports whether a store to one of the cells may change what is in c. What a flag that stays is set to is what it says already.
func (w *walker) outdated(c *Cell, cells func(string) bool) bool {
	cell := w.t.Cell(c.Addr)
	if cell == "" || !cells(cell) {
		return false
	}
	if c.Val == nil {
		return true
	}
	b, ok := c.Val.IsBool()
	return !ok || !b || !w.staysTrue(w.t.Deref(c.Addr))
}

// flagIs notes what an atomic flag says.
func (w *walker) flagIs(s *state, addr *path.Node, val bool) {
	s.assume(w.t.Op("call ,", w.t.Op(flagLoad, w.t.Const(nil), nil), addr), val)
}

// storesFlag takes note of what a call stores to an atomic flag.
func (w *walker) storesFlag(s *state, call *ssa.CallCommon, args []*path.Node) {
	if a, ok := ssax.AtomicOf(call); ok && a.Op == "Store" && a.Type == "Bool" {
		if _, ok := a.Val.(*ssa.Const); ok {
			w.flagIs(s, args[0], ssax.IsTrue(a.Val))
		}
	}
}

// swapped takes note of what an atomic flag says after a CompareAndSwap that has succeeded.
func (w *walker) swapped(s *state, key *path.Node) {
	arg := func() (n *path.Node) {
		if key.Kind == path.Op && key.Name == "call ," {
			n, key = key.Y, key.X
		}
		return n
	}
	val, _, addr := arg(), arg(), arg()
	if addr == nil || key.Name != flagSwap {
		return
	}
	if b, ok := val.IsBool(); ok {
		w.flagIs(s, addr, b)
	}
}
