package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Lends implements [flow.Env]: other packages do so through an exported function, or as it is an exported field.
func (a *analysis) Lends(cell string) bool {
	f := a.field(cell)
	return f != nil && f.Exported() || a.contents.FromOutside(cell)
}

// Own implements [flow.Env].
func (a *analysis) Own(cell string) bool { return a.contents.Filled(cell) && !a.Lends(cell) }

// NoLock implements [flow.Env].
func (a *analysis) NoLock(cell string) *ssa.Function {
	for _, fn := range a.targets(cell, "Lock") {
		if len(fn.Blocks) == 1 && !slices.ContainsFunc(fn.Blocks[0].Instrs, func(instr ssa.Instruction) bool {
			switch instr.(type) {
			case *ssa.Return, *ssa.DebugRef:
				return false
			}
			return true
		}) {
			return fn
		}
	}
	return nil
}

// keeps tells importers of the functions that this package keeps for them: those that an exported
// function, or an exported field, puts into cells whose contents are called with locks held.
func (a *analysis) keeps(out *Package) {
	calls := make(map[string][]flow.CellCall)
	for _, fn := range a.funcs {
		if res := a.results[fn]; res != nil && !ssax.InTest(fn) {
			for _, c := range res.CellCalls {
				c.Held = append(slices.Clip(c.Held), a.gatesOf(fn, c)...)
				calls[c.Cell] = append(calls[c.Cell], c)
				for _, from := range a.contents.CopiedFrom(c.Cell) {
					calls[from] = append(calls[from], a.copied(fn, c, from))
				}
			}
		}
	}
	if len(calls) == 0 {
		return
	}
	for _, fn := range a.funcs {
		if !token.IsExported(fn.Name()) || fn.Parent() != nil {
			continue
		}
		for _, g := range a.contents.Given(fn) {
			var holder *path.Node
			if g.Base >= 0 {
				holder = a.table.Param(g.Base)
			} else if g.Result >= 0 {
				holder = a.table.Result(g.Result)
			}
			fitting := slices.DeleteFunc(slices.Clone(calls[g.Cell]), func(c flow.CellCall) bool { return !c.For(g.Kind) || !fitsCall(fn.Params[g.Param], c) })
			if g.Above >= 0 {
				a.nameByOwner(fitting, &g)
			}
			param := a.table.Param(g.Param)
			if g.List {
				param = a.table.Deref(a.table.Elem(param, a.table.Const(nil)))
			}
			events := a.laterEvents(fitting, param, holder)
			if len(events) == 0 {
				continue
			}
			a.tell(fn, events...)
		}
	}
	for cell, cs := range calls {
		if f := a.field(cell); f != nil && f.Exported() && out.Declared[f] == nil {
			if events := a.laterEvents(cs, a.table.Param(1), a.table.Param(0)); len(events) > 0 {
				out.Declared[f] = &flow.Summary{Events: events}
			}
		}
	}
}

// copied is a call of what a cell holds, which fn makes, as one of what is in the cell that it was copied from, a field of a configuration, say: the
// locks that are held have nothing to do with the struct that has that field.
func (a *analysis) copied(fn *ssa.Function, c flow.CellCall, from string) flow.CellCall {
	c.Cell, c.Found, c.Is, c.Self, c.Selves = from, "", nil, nil, nil
	c.Held = slices.Clone(c.Held)
	for i, lock := range c.Locks {
		if class := lock.ClassIn(fn); class != "" && !lock.IsOne() {
			c.Held[i].Lock = a.table.Class(class, lock.Declared(), lock.Within())
		}
	}
	return c
}

// fitsCall reports whether a function that is given to another one may be what a call runs, by its type.
func fitsCall(given *ssa.Parameter, c flow.CellCall) bool {
	sig, ok := given.Type().Underlying().(*types.Signature)
	return !ok || c.Sig == nil || ssax.Fits(c.Sig, sig)
}

// nameByOwner gives the locks that are held at calls of a cell the names that they have in the function which has put what is called into the
// cell: those of the object that has the struct with the cell, a table of handlers, say.
func (a *analysis) nameByOwner(calls []flow.CellCall, g *pointsto.Gift) {
	for i := range calls {
		c := &calls[i]
		owner := g.Owner(a.table, c.Self)
		if owner == nil {
			continue
		}
		c.Held = slices.Clone(c.Held)
		for j, lock := range c.Locks {
			if lock.Through(owner) {
				c.Held[j].Lock = a.table.Rewrite(lock, func(n *path.Node) *path.Node {
					if n == owner {
						return a.table.Param(g.Above)
					}
					return nil
				})
			}
		}
	}
}

// gatesOf returns further locks with which fn is always called when it makes a call, as locks that may be held: they keep others out.
func (a *analysis) gatesOf(fn *ssa.Function, c flow.CellCall) (gates []flow.HeldLock) {
	for _, l := range a.callersLocks(fn, 0) {
		if !slices.ContainsFunc(c.Held, func(h flow.HeldLock) bool { return h.Lock.Class() == l.Class }) {
			gates = append(gates, flow.HeldLock{Lock: a.table.Class(l.Class, l.Declared, l.Within), Mode: l.Mode, Steps: c.Steps, Maybe: true})
		}
	}
	return gates
}

// laterEvents makes events of the calls of a cell that param is put into; holder is the struct that has
// the cell.
func (a *analysis) laterEvents(calls []flow.CellCall, param, holder *path.Node) (events []flow.Event) {
	for _, c := range calls {
		if len(events) >= limits.MaxKeptFact {
			a.table.Limits.Hit(limits.KeptFact)
			break
		}
		e := flow.Event{Kind: flow.Later, Param: param, Method: c.Method, Steps: c.Steps, Lock: holder}
		if path.FieldOf(c.Found) != "" {
			e.Found = c.Found
		}
		if holder != nil && len(c.Selves) > 0 {
			e.Given = make([]*path.Node, slices.Max(c.Selves)+1)
			for _, i := range c.Selves {
				e.Given[i] = holder
			}
		}
		for _, h := range c.Held {
			// The class of generic containers says nothing; the lock of the one that keeps the function is known by its name.
			class := h.Lock.Class()
			if class == "" || a.generic(h.Lock) && (holder == nil || holder.Kind != path.Result && !h.Lock.Through(flow.Holder(a.table))) {
				continue
			}
			a.lent[class] = true
			name := h.Lock
			if holder != nil {
				name = a.table.Rewrite(name, func(n *path.Node) *path.Node {
					if n == flow.Holder(a.table) {
						return holder
					}
					return nil
				})
			} else if !name.InEntry() || name.Root() == a.table.Const(nil) {
				name = a.table.Class(name.Class(), name.Declared(), "")
			}
			if name.Kind == path.RLocker {
				continue
			}
			e.Held = append(e.Held, flow.HeldLock{Lock: name, Mode: h.Mode, Steps: h.Steps, Maybe: h.Maybe})
		}
		if slices.ContainsFunc(e.Held, func(h flow.HeldLock) bool { return !h.Maybe }) {
			events = append(events, e)
		}
	}
	return events
}

// field returns the field of a named struct type of the package that a cell stands for, nil if it is
// none.
func (a *analysis) field(cell string) *types.Var {
	rest, ok := strings.CutPrefix(cell, a.pkg.Pkg.Path()+".")
	_, name, isField := strings.Cut(rest, ".")
	if !ok || !isField || strings.HasSuffix(name, "[]") {
		return nil
	}
	tn, ok := a.declaration(cell).(*types.TypeName)
	if !ok || !tn.Exported() {
		return nil
	}
	st, ok := tn.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		if f := st.Field(i); f.Name() == name {
			return f
		}
	}
	return nil
}

// Kept implements [flow.Env].
func (a *analysis) Kept(addr *ssa.FieldAddr) *flow.Summary {
	st, ok := deref(addr.X.Type()).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	f := st.Field(addr.Field)
	if f.Pkg() == nil || f.Pkg() == a.pkg.Pkg || !f.Exported() {
		return nil
	}
	switch f.Type().Underlying().(type) {
	case *types.Signature, *types.Interface:
	default:
		return nil
	}
	if s := a.foreignSummary(f.Origin()); keepsOnly(s) {
		return s
	}
	return nil
}

// keepsOnly reports whether a summary says no more than when functions are called that are kept.
func keepsOnly(s *flow.Summary) bool {
	return s != nil && len(s.Events) > 0 && !slices.ContainsFunc(s.Events, func(e flow.Event) bool { return e.Kind != flow.Later })
}
