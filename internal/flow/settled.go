package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// Settled tells which captured variables never change. It keeps what it has found out, so
// that all walks of a package share one. The zero value is ready to use.
type Settled struct {
	once  map[*ssa.Alloc]bool
	place map[ssa.Instruction]int // in its block
}

// Var reports whether a captured variable of fn never changes once fn exists: it
// is stored to once, before any literal captures it, and its address is not taken.
// What a literal knows of it stays true, whatever runs in between.
func (m *Settled) Var(fn *ssa.Function, index int) bool {
	refs := fn.Referrers()
	if refs == nil || len(*refs) == 0 {
		return false
	}
	for _, r := range *refs {
		mc, ok := r.(*ssa.MakeClosure)
		if !ok {
			return false
		}
		switch v := mc.Bindings[index].(type) {
		case *ssa.FreeVar:
			if !m.Var(mc.Parent(), slices.Index(mc.Parent().FreeVars, v)) {
				return false
			}
		case *ssa.Alloc:
			if !m.storedOnce(v) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// storedOnce reports whether a variable gets a value once, before any closure
// captures it, and is only read after that.
func (m *Settled) storedOnce(v *ssa.Alloc) bool {
	known, ok := m.once[v]
	if !ok {
		if m.once == nil {
			m.once = make(map[*ssa.Alloc]bool)
		}
		known = m.isStoredOnce(v)
		m.once[v] = known
	}
	return known
}

func (m *Settled) isStoredOnce(v *ssa.Alloc) bool {
	var store *ssa.Store
	var closures []*ssa.MakeClosure
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if store != nil || r.Val == v {
				return false
			}
			store = r
		case *ssa.MakeClosure:
			closures = append(closures, r)
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	for _, mc := range closures {
		if store != nil && !m.before(store, mc) {
			return false
		}
		fn := mc.Fn.(*ssa.Function)
		for i, b := range mc.Bindings {
			if b == v && !onlyRead(fn, fn.FreeVars[i]) {
				return false
			}
		}
	}
	return true
}

// onlyRead reports whether neither fn nor the literals in it store to a captured
// variable.
func onlyRead(fn *ssa.Function, v *ssa.FreeVar) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			inner := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == v && !onlyRead(inner, inner.FreeVars[i]) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// before reports whether a has been executed whenever b is.
func (m *Settled) before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	if _, ok := m.place[a]; !ok {
		if m.place == nil {
			m.place = make(map[ssa.Instruction]int)
		}
		for i, instr := range a.Block().Instrs {
			m.place[instr] = i
		}
	}
	return m.place[a] < m.place[b]
}

// mayChange reports whether code that runs elsewhere may change what n reads from
// memory.
func (w *walker) mayChange(n *path.Node) bool {
	if n == nil || !n.Loads() {
		return false
	}
	if n.Kind == path.Deref && n.X.Kind == path.FreeVar && w.env.Settled().Var(w.fn, n.X.Index) {
		return false
	}
	return n.Kind == path.Deref || w.mayChange(n.X) || w.mayChange(n.Y) || slices.ContainsFunc(n.Args, w.mayChange)
}
