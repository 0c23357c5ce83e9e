package summary

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// uses is what the functions of a package do with its own types.
type uses struct {
	made  map[*types.TypeName]bool // a function that something calls makes an object
	boxed map[*types.TypeName]bool // a value is converted to an interface or given to a generic function, or is a part of one that is
}

// uncallable reports whether nothing calls a method, though it is exported: the package makes objects of its type, which others cannot name, and
// neither calls the method nor lets an interface or a type parameter stand for such an object.
func (a *analysis) uncallable(fn *ssa.Function) bool {
	fi, recv := a.info[fn], fn.Signature.Recv()
	if recv == nil || !token.IsExported(fn.Name()) || len(fi.callers) > 0 || fi.valued || fi.spawned > 0 {
		return false
	}
	named, ok := deref(recv.Type()).(*types.Named)
	if !ok || a.vis.Type(named) {
		return false
	}
	if a.uses == nil {
		a.uses = a.usesOfTypes()
	}
	tn := named.Origin().Obj()
	return a.uses.made[tn] && !a.uses.boxed[tn]
}

func (a *analysis) usesOfTypes() *uses {
	u := &uses{make(map[*types.TypeName]bool), make(map[*types.TypeName]bool)}
	seen := make(map[types.Type]bool)
	scan := func(fn *ssa.Function, used bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch in := instr.(type) {
				case *ssa.MakeInterface:
					u.box(in.X.Type(), seen)
				case *ssa.Alloc:
					if named, ok := deref(in.Type()).(*types.Named); ok && used {
						u.made[named.Origin().Obj()] = true
					}
				}
				for _, op := range instr.Operands(nil) {
					if f, ok := (*op).(*ssa.Function); ok {
						for _, t := range f.TypeArgs() {
							u.box(t, seen)
						}
					}
				}
			}
		}
	}
	scan(a.pkg.Func("init"), true)
	for _, fn := range a.funcs {
		outer := ssax.Outermost(fn)
		scan(fn, a.info[outer] == nil || len(a.info[outer].callers) > 0 || outer.Name() == "main" || token.IsExported(outer.Name()))
	}
	return u
}

// box notes that an interface stands for a value of type t: what lies in it can be reached as well, by promotion or reflection.
func (u *uses) box(t types.Type, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] {
		return
	}
	seen[t] = true
	if named, ok := t.(*types.Named); ok {
		u.boxed[named.Origin().Obj()] = true
	}
	switch t := t.Underlying().(type) {
	case *types.Struct:
		for f := range t.Fields() {
			u.box(f.Type(), seen)
		}
	case *types.Map:
		u.box(t.Key(), seen)
		u.box(t.Elem(), seen)
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		u.box(t.Elem(), seen)
	}
}

// dropUncallable records that no order of locks follows from what a method does that nothing calls.
func (a *analysis) dropUncallable(fn *ssa.Function, p *flow.Point) {
	if t := a.table.Trace; t != nil {
		t.Drop(why.Drop{
			Check: "lockorder/opposite", Func: flow.FuncName(fn), Lock: flow.Spell(fn, p.Held[0].Lock), Rule: why.NeverCalled,
			At: []token.Pos{p.Steps[0].Pos, p.Steps[len(p.Steps)-1].Pos},
		})
	}
}
