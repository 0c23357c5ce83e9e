package guard

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// declared judges the accesses to a variable whose declaration names its guard.
func (p *pkg) declared(v *types.Var, g *Declaration, accesses []*Access) (out []Finding) {
	want := g.Key
	lock := p.lock(v, g.Lock)
	if p.opaque(lock) && !p.acquired(want, false) {
		return nil
	}
	// A lock of another make may be seen to be locked for writing, and not for reading.
	noReads := p.calledOn(lock, "RLock") && !p.acquired(want, true)
	seen := make(map[*ssa.Function]bool)
	for _, a := range accesses {
		mode, ok := a.held[want]
		if !ok && a.maybe[want] || !a.Write && (ok || g.WritesOnly || noReads) || ok && (mode == model.Write || slices.Contains(a.perhaps, want)) {
			continue
		}
		if (p.quiet(a.Fn) || lastNames[a.Fn.Name()]) && !ok {
			p.drop(Declared, a, g.Lock, why.CommentSays)
			continue
		}
		if seen[a.Fn] {
			continue
		}
		if p.unknown(a) {
			p.drop(Declared, a, g.Lock, why.UnknownWhen)
			continue
		}
		seen[a.Fn] = true
		f := Finding{Category: Declared, Access: a, Guard: want, Lock: g.Lock, Declared: v.Pos()}
		if ok {
			f.Category = ReadLock
			f.Held = a.steps[want]
		} else {
			f.Other = p.other(a, accesses, want)
			if f.Other != nil {
				f.Held = f.Other.steps[want]
			}
			f.Takes = p.takes(a, want)
		}
		f.Guarded, f.Total = share(accesses, want)
		out = append(out, f)
	}
	return out
}

// quiet reports whether a function says that what it does needs no lock of its own, or all say so that call it.
func (p *pkg) quiet(fn *ssa.Function) bool {
	return p.quietly(fn, nil)
}

func (p *pkg) quietly(fn *ssa.Function, seen []*ssa.Function) bool {
	if p.comments.quiet(fn) {
		return true
	}
	fn = ssax.Outermost(fn)
	calls := slices.DeleteFunc(p.callers(fn), func(c ssa.CallInstruction) bool { return ssax.Outermost(c.Parent()) == fn })
	if len(calls) == 0 || p.in.Root(fn).Is || slices.Contains(seen, fn) || len(seen) > limits.MaxCalls {
		return false
	}
	seen = append(seen, fn)
	return !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool { return !p.quietly(c.Parent(), seen) })
}

// lock returns the lock of a name beside a variable, nil if it is none.
func (p *pkg) lock(v *types.Var, name string) (lock *types.Var) {
	if st := p.within[v]; st != nil {
		for f := range st.Fields() {
			if f.Name() == name {
				lock = f
			}
		}
	} else if !v.IsField() {
		lock, _ = v.Pkg().Scope().Lookup(name).(*types.Var)
	}
	return lock
}

// opaque reports whether a lock may be none that the engine knows: it has no methods of one, or has methods that
// the package calls. If it is never seen to be acquired then, it cannot be told where it is held.
func (p *pkg) opaque(lock *types.Var) bool {
	return lock != nil && (!isLock(lock.Type()) || p.calledOn(lock, ""))
}

// calledOn reports whether the package calls a method of a lock, which has a name if one is given.
func (p *pkg) calledOn(lock *types.Var, name string) bool {
	for fn := range p.in.Watched {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok || len(call.Common().Args) == 0 || call.Common().StaticCallee() == nil || name != "" && call.Common().StaticCallee().Name() != name {
					continue
				}
				switch x := call.Common().Args[0].(type) {
				case *ssa.FieldAddr:
					if st, ok := deref(x.X.Type()).Underlying().(*types.Struct); ok && st.Field(x.Field).Origin() == lock {
						return true
					}
				case *ssa.Global:
					if x.Object() == lock {
						return true
					}
				}
			}
		}
	}
	return false
}

// acquired reports whether some function of the package is seen to hold a lock that it has acquired, for
// reading if that is asked.
func (p *pkg) acquired(want string, reading bool) bool {
	if p.taken == nil {
		p.taken, p.takenRead = make(map[string]bool), make(map[string]bool)
		for _, res := range p.in.Watched {
			for _, st := range res.Stands {
				for _, h := range st.Held {
					for n := h.Lock; n != nil; n = around(n) {
						p.taken[key(n)] = true
						if h.Mode == model.Read {
							p.takenRead[key(n)] = true
						}
					}
				}
			}
		}
	}
	if reading {
		return p.takenRead[want]
	}
	return p.taken[want]
}

// inferred finds the guard of a variable from its accesses, and judges them.
func (p *pkg) inferred(v *types.Var, accesses []*Access) (out []Finding) {
	if unguardedField.MatchString(prose.OneLine(p.comments.fields[v])) {
		return nil
	}
	want := p.infer(v, accesses)
	if want == "" {
		return nil
	}
	guarded, total := share(accesses, want)
	lock := want[lastDot(want)+1:]
	type once struct {
		fn       *ssa.Function
		category Category
	}
	seen := make(map[once]bool)
	deliberate := slices.ContainsFunc(accesses, func(a *Access) bool {
		return !a.maybe[want] && p.comments.deliberate(a.Fn.Prog.Fset, a.Pos)
	})
	for _, a := range accesses {
		mode, ok := a.held[want]
		if !ok && !a.maybe[want] && (p.generated(a) || p.unknown(a)) {
			rule := why.Generated
			if !p.generated(a) {
				rule = why.UnknownWhen
			}
			p.drop(Forgotten, a, lock, rule)
		}
		if p.generated(a) || p.unknown(a) {
			continue
		}
		f := Finding{Access: a, Guard: want, Lock: lock, Guarded: guarded, Total: total}
		switch {
		case ok && a.Write && mode == model.Read && !slices.Contains(a.perhaps, want) && writers(accesses, want) >= 2:
			f.Category, f.Held = ReadLock, a.steps[want]
			if f.Other = p.otherReader(a, accesses, want); f.Other == nil {
				p.drop(ReadLock, a, lock, why.NobodyElse)
				continue
			}
		case ok || a.maybe[want]:
			if a.said {
				p.drop(Forgotten, a, lock, why.CommentSays)
			}
			continue
		default:
			if p.quiet(a.Fn) || lastNames[a.Fn.Name()] && !(a.Write && p.takes(a, want).IsValid()) {
				p.drop(Forgotten, a, lock, why.CommentSays)
				continue
			}
			if p.begins(a, want) {
				p.drop(Forgotten, a, lock, why.Beginning)
				continue
			}
			if deliberate {
				p.drop(Forgotten, a, lock, why.CommentSays)
				continue
			}
			if afterAtomic(a.instr) {
				p.drop(Forgotten, a, lock, why.TestedAtomically)
				continue
			}
			if p.settled(a, accesses, want) || p.phased(a, accesses, want) {
				p.drop(Forgotten, a, lock, why.WrittenBefore)
				continue
			}
			if !a.Write && p.oneWriter(a, accesses, want) {
				p.drop(Forgotten, a, lock, why.NobodyElse)
				continue
			}
			f.Other = p.other(a, accesses, want)
			if f.Other == nil {
				p.drop(Forgotten, a, lock, why.NobodyElse)
				continue
			}
			f.Held = f.Other.steps[want]
			f.Takes = p.takes(a, want)
			f.Category = p.category(a, f, accesses, want)
		}
		if f.Category == "" {
			p.drop(Forgotten, a, lock, why.NeverTakes)
		}
		if f.Category == "" || seen[once{a.Fn, f.Category}] {
			continue
		}
		seen[once{a.Fn, f.Category}] = true
		out = append(out, f)
	}
	// Who forgets the lock once in a function is told so once.
	return slices.DeleteFunc(out, func(f Finding) bool {
		return f.Category != Forgotten && f.Category != ReadLock && seen[once{f.Access.Fn, Forgotten}]
	})
}

// drop records that an access without the lock is not reported, if anybody asks.
func (p *pkg) drop(c Category, a *Access, lock string, rule why.Rule) {
	if t := p.in.Table.Trace; t != nil {
		t.Drop(why.Drop{Check: "guardedby/" + string(c), Func: flow.FuncName(a.Fn), Lock: lock, At: []token.Pos{a.Pos}, Rule: rule, Evidence: why.Evidence{Text: a.Var.Name()}})
	}
}

func (p *pkg) category(a *Access, f Finding, accesses []*Access, want string) Category {
	if a.Content && a.load != nil {
		if p.replaces(a, accesses, want) {
			return "" // it has the old map for itself
		}
		for _, l := range accesses {
			if l.instr == a.load {
				if _, ok := l.held[want]; ok {
					return Leaked
				}
			}
		}
	}
	switch {
	case f.Takes.IsValid() && (a.Write || a.Content || container(a.Var.Type()) || twoWays(a, accesses, want)):
		return Forgotten
	case f.Takes.IsValid():
		return Outside
	case getter(a) && f.Other.Write && ssax.Outermost(f.Other.Fn) != a.Fn:
		return Getter
	case a.Content && isMap(a.Var.Type()) && 4*f.Guarded >= 3*f.Total && functions(accesses, want) >= 3 && !p.neverCalled(a.Fn):
		return Map
	}
	return ""
}

// neverCalled reports whether nothing runs a function: it is not exported, and the package neither calls it, its tests aside, nor uses it as a value.
func (p *pkg) neverCalled(fn *ssa.Function) bool {
	fn = ssax.Outermost(fn)
	r := p.in.Root(fn)
	return !token.IsExported(fn.Name()) && fn.Name() != "main" && fn.Name() != "init" && len(p.callers(fn)) == 0 && !r.Valued && !r.Spawned
}

// twoWays reports whether the function uses the same variable of the same object under the guard, too. Errors are
// left out: who has seen one under the lock returns it afterwards, and it is seldom changed.
func twoWays(a *Access, accesses []*Access, want string) bool {
	if types.Implements(a.Var.Type(), errorType) {
		return false
	}
	return slices.ContainsFunc(accesses, func(b *Access) bool {
		_, held := b.held[want]
		return held && b.Fn == a.Fn && b.cell == a.cell && b.Base == a.Base && (b.Base != nil || !a.Var.IsField())
	})
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// replaces reports whether the function of a, or one that it calls, puts another value into the
// variable under the guard.
func (p *pkg) replaces(a *Access, accesses []*Access, want string) bool {
	return slices.ContainsFunc(accesses, func(l *Access) bool {
		if _, ok := l.held[want]; !ok || !l.Write || l.Content {
			return false
		}
		return l.Fn == a.Fn || slices.ContainsFunc(p.callers(l.Fn), func(c ssa.CallInstruction) bool {
			_, plain := c.(*ssa.Call)
			return plain && c.Parent() == a.Fn && ssax.Dominates(c, a.instr)
		})
	})
}

// container reports whether a read of a variable of the type is followed by one of what is in it.
func container(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Map, *types.Slice:
		return true
	}
	return false
}

func isMap(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// functions counts the functions that use the variable under the lock.
func functions(accesses []*Access, want string) int {
	fns := make(map[*ssa.Function]bool)
	for _, a := range accesses {
		if _, ok := a.held[want]; ok {
			fns[a.Fn] = true
		}
	}
	return len(fns)
}

// getter reports whether an exported method reads a field of its own receiver.
func getter(a *Access) bool {
	obj, ok := a.Fn.Object().(*types.Func)
	return ok && !a.Write && obj.Exported() && a.Fn.Signature.Recv() != nil && a.Base != nil && a.Base.Kind == path.Param && a.Base.Index == 0
}

// infer returns the lock that most accesses to a variable have, if it may be its guard and some access
// lacks it: one beside the field or a variable of the package, held at half of the accesses at least and
// at a write.
func (p *pkg) infer(v *types.Var, accesses []*Access) string {
	best, guarded, total := p.most(v, accesses)
	if best == "" || 2*guarded < total || guarded == total && writers(accesses, best) > 0 && !p.readLocked(accesses, best) {
		return ""
	}
	if writers(accesses, best) == 0 && guarded < 2 {
		return ""
	}
	return best
}

// most returns the lock that most accesses to a variable have, "" if none has one.
func (p *pkg) most(v *types.Var, accesses []*Access) (best string, guarded, total int) {
	count := make(map[string]int)
	for _, a := range accesses {
		for k := range a.held {
			if sibling(p.locks[v], k) || !v.IsField() && p.global(k) {
				count[k]++
			}
		}
	}
	for k, n := range count {
		if best == "" || n > count[best] || n == count[best] && k < best {
			best = k
		}
	}
	guarded, total = share(accesses, best)
	return best, guarded, total
}

func (p *pkg) readLocked(accesses []*Access, want string) bool {
	return slices.ContainsFunc(accesses, func(a *Access) bool { m, ok := a.held[want]; return ok && a.Write && m == model.Read })
}

// global reports whether a key names a variable of the package.
func (p *pkg) global(k string) bool {
	i := lastDot(k)
	if i < 0 || k[:i] != p.in.SSA.Pkg.Path() {
		return false
	}
	_, ok := p.in.SSA.Pkg.Scope().Lookup(k[i+1:]).(*types.Var)
	return ok
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// share counts the accesses, one for each place, and those that have the lock.
func share(accesses []*Access, want string) (guarded, total int) {
	seen := make(map[token.Pos]bool)
	for _, a := range accesses {
		if !seen[a.Pos] {
			seen[a.Pos] = true
			total++
			if _, ok := a.held[want]; ok {
				guarded++
			}
		}
	}
	return guarded, total
}

// writers counts the functions that write under the lock.
func writers(accesses []*Access, want string) int {
	fns := make(map[*ssa.Function]bool)
	for _, a := range accesses {
		if m, ok := a.held[want]; ok && a.Write && m == model.Write {
			fns[a.Fn] = true
		}
	}
	return len(fns)
}

// takes returns a place in the function of a at which the guard of the same object is
// held, NoPos if there is none.
func (p *pkg) takes(a *Access, want string) token.Pos {
	if _, ok := p.entry[a.Fn].held[want]; ok {
		return token.NoPos
	}
	first := token.NoPos
	for _, st := range p.in.Watched[a.Fn].Stands {
		for _, h := range st.Held {
			if key(h.Lock) != want || len(h.Steps) == 0 || a.Var.IsField() && (a.Base == nil || sibling(p.locks[a.Var], want) && !of(h.Lock, a.Base)) {
				continue
			}
			if pos := h.Steps[0].Pos; pos.IsValid() && (!first.IsValid() || pos < first) {
				first = pos
			}
		}
	}
	return first
}

// unknown reports whether it is not known when the function of a runs: a function used as
// a value, and a literal that is neither called where it stands nor started as a goroutine; and a function
// that such alone call.
func (p *pkg) unknown(a *Access) bool {
	if p.unknownWhen(a.Fn) {
		return true
	}
	calls := p.callers(a.Fn)
	return len(calls) > 0 && !p.in.Root(a.Fn).Is && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool { return !p.unknownWhen(c.Parent()) })
}

func (p *pkg) unknownWhen(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		r := p.in.Root(fn)
		if r.Valued || fn.Parent() != nil && len(p.callers(fn)) == 0 {
			return true
		}
		if r.Spawned {
			return false
		}
	}
	return false
}

func (p *pkg) generated(a *Access) bool {
	for file, made := range p.comments.made {
		if made && file.FileStart <= a.Pos && a.Pos < file.FileEnd {
			return true
		}
	}
	return false
}
