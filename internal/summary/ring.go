package summary

import (
	"go/constant"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// ring finds that a loop starts goroutines each of which locks one of several objects and then the next one, the last one the first: all of them
// may hold one, and wait for the next. It is the table of Dijkstra's dining philosophers (EWD 310). Who takes the two in an order of their
// numbers, who keeps one of the goroutines out, and who asks anything before it locks, is not meant.
func (a *analysis) ring(fn *ssa.Function, p *flow.Point) *Exchangeable {
	if len(p.Held) != 1 || p.Held[0].Maybe || len(p.Guard) > 0 || p.Mode != p.Held[0].Mode || !a.startedInLoop(fn) {
		return nil
	}
	h := p.Held[0]
	x, y := h.Lock.Class(), p.Lock.Class() // of pointers to locks in two fields
	if x == y {
		x, y, _ = flow.Apart(h.Link)
		x, _ = flow.FieldOf(x)
		y, _ = flow.FieldOf(y)
	}
	if !(x != y && a.ringOf(x, y)) && !next(lockedElement(fn, h.Steps[0].Pos), lockedElement(fn, p.Steps[0].Pos)) || a.synchronises(fn, p) {
		return nil
	}
	return &Exchangeable{Fn: fn, First: h, Second: flow.HeldLock{Lock: p.Lock, Mode: p.Mode, Steps: p.Steps}, Ring: true}
}

// startedInLoop reports whether a loop starts goroutines that run fn.
func (a *analysis) startedInLoop(fn *ssa.Function) bool {
	for _, c := range a.info[fn].callers {
		if g, ok := c.(*ssa.Go); ok && ssax.InLoop(g.Block()) {
			return true
		}
	}
	return false
}

// synchronises reports whether one of the functions on the way to a point waits for anything else, by a channel or a call of another package: it
// may keep out one of the goroutines.
func (a *analysis) synchronises(fn *ssa.Function, p *flow.Point) bool {
	names := map[string]bool{flow.FuncName(fn): true}
	for _, s := range append(p.Steps[:len(p.Steps):len(p.Steps)], p.Held[0].Steps...) {
		names[s.Func] = true
	}
	for _, f := range a.funcs {
		if !names[flow.FuncName(f)] {
			continue
		}
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				switch in := instr.(type) {
				case *ssa.Send, *ssa.Select:
					return true
				case *ssa.UnOp:
					if in.Op == token.ARROW {
						return true
					}
				case ssa.CallInstruction:
					if to := in.Common().StaticCallee(); to != nil && strings.Contains(to.Name(), "Acquire") {
						return true
					}
				}
			}
		}
	}
	return false
}

// ringOf reports whether the package makes an object with an element of a list in one field, and the next one in another field.
func (a *analysis) ringOf(x, y string) bool {
	if a.rings == nil {
		a.rings = make(map[[2]string]bool)
		for _, fn := range a.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if st, ok := instr.(*ssa.Store); ok {
						a.addRings(st)
					}
				}
			}
		}
	}
	return a.rings[[2]string{x, y}]
}

// addRings notes the fields of an object that get the element after the one which a store puts into another field.
func (a *analysis) addRings(st *ssa.Store) {
	at, ok := st.Addr.(*ssa.FieldAddr)
	_, isParam := st.Val.(*ssa.Parameter)
	if !ok || !isParam && indexOf(st.Val) == nil {
		return
	}
	refs := ssax.Base(at).Referrers()
	if refs == nil {
		return // of a variable of the package
	}
	for _, r := range *refs {
		fa, ok := r.(*ssa.FieldAddr)
		if !ok || fa.Field == at.Field {
			continue
		}
		for _, s := range *fa.Referrers() {
			if other, ok := s.(*ssa.Store); ok && other.Addr == fa && a.nextElements(st.Val, other.Val) {
				a.rings[[2]string{path.StaticCell(at), path.StaticCell(fa)}] = true
			}
		}
	}
}

// nextElements reports whether two values are elements of one list, one after the other, or what a caller passes for two parameters is.
func (a *analysis) nextElements(x, y ssa.Value) bool {
	px, isParam := x.(*ssa.Parameter)
	py, areParams := y.(*ssa.Parameter)
	if !isParam || !areParams {
		return next(indexOf(x), indexOf(y))
	}
	for _, c := range a.info[px.Parent()].callers {
		var vx, vy ssa.Value
		for i, p := range px.Parent().Params {
			if args := c.Common().Args; !c.Common().IsInvoke() && i < len(args) {
				if p == px {
					vx = args[i]
				}
				if p == py {
					vy = args[i]
				}
			}
		}
		if vx != nil && vy != nil && next(indexOf(vx), indexOf(vy)) {
			return true
		}
	}
	return false
}

// indexOf returns the address of the element of a list that a value is, or points to; nil if it is none.
func indexOf(v ssa.Value) *ssa.IndexAddr {
	if load, ok := ssax.Origin(v).(*ssa.UnOp); ok && load.Op == token.MUL {
		v = load.X
	}
	at, _ := v.(*ssa.IndexAddr)
	return at
}

// next reports whether two elements of one list follow each other, the first one the last.
func next(x, y *ssa.IndexAddr) bool {
	return x != nil && y != nil && sameRead(x.X, y.X) && wraps(x.Index, y.Index)
}

// wraps reports whether an index is (i + k) % n, where i is the other one.
func wraps(i, next ssa.Value) bool {
	rem, ok := next.(*ssa.BinOp)
	if !ok || rem.Op != token.REM {
		return false
	}
	sum, ok := rem.X.(*ssa.BinOp)
	if !ok || sum.Op != token.ADD {
		return false
	}
	k, ok := sum.Y.(*ssa.Const)
	return ok && k.Value != nil && k.Value.Kind() == constant.Int && constant.Sign(k.Value) > 0 && sameRead(sum.X, i)
}

// sameRead reports whether two values are one, or are read from one variable.
func sameRead(x, y ssa.Value) bool {
	if ssax.SameObject(x, y) {
		return true
	}
	a, ok := x.(*ssa.UnOp)
	b, too := y.(*ssa.UnOp)
	return ok && too && a.Op == token.MUL && b.Op == token.MUL && a.X == b.X
}

// lockedElement returns the place of the element of a list whose lock a function locks at pos, nil if it is none.
func lockedElement(fn *ssa.Function, pos token.Pos) *ssa.IndexAddr {
	call := ssax.CallAt(fn, pos)
	if call == nil {
		return nil
	}
	return ssax.ElementOf(call)
}
