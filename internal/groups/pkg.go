package groups

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// ops are the methods of WaitGroups.
var ops = map[string]kind{
	"(*sync.WaitGroup).Add":  add,
	"(*sync.WaitGroup).Done": done,
	"(*sync.WaitGroup).Wait": wait,
	"(*sync.WaitGroup).Go":   spawn,
}

// A world is a package, and what is known of its functions.
type world struct {
	pkg      *ssa.Package
	fset     *token.FileSet
	vis      *ssax.Visibility
	roots    map[*ssa.Function]bool // executed by themselves: others may call them
	touches  map[*ssa.Function]bool
	shapes   map[*ssa.Function]*shape
	ran      map[*ssa.Function]bool // executed on behalf of a caller
	classes  map[string]types.Object
	allocs   map[string]*ssa.Alloc
	names    map[ssa.Value]string
	long     map[string]string
	work     int // states so far
	units    []*unit
	waited   map[types.Object]ssa.Instruction // by class: a Wait
	isClosed map[types.Object]bool
}

// A unit is a function that is executed by itself, and what it does.
type unit struct {
	fn      *ssa.Function
	paths   []*trace
	partial bool // some paths were left out
	answers map[asked]bool
}

// op returns what a call does to a WaitGroup.
func op(c *ssa.CallCommon) (kind, bool) {
	fn := c.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil || fn.Object().Pkg().Path() != "sync" {
		return 0, false
	}
	switch fn.Name() { // most operations of package sync are those of mutexes
	case "Add", "Done", "Wait", "Go":
		k, ok := ops[fn.Object().(*types.Func).FullName()]
		return k, ok
	}
	return 0, false
}

// touching reports whether a function does something to a WaitGroup that it has not made itself, or makes or calls a function
// that does and is executed with its callers only.
func (w *world) touching(fn *ssa.Function) bool { return w.touches[fn] }

// touch finds the functions that touch WaitGroups. It reports whether there are any, or any that have some of their own.
func (w *world) touch(funcs []*ssa.Function) (any bool) {
	users := make(map[*ssa.Function][]*ssa.Function)
	work := slices.Clone(funcs)
	seen := make(map[*ssa.Function]bool)
	for _, fn := range funcs {
		seen[fn] = true
	}
	var found []*ssa.Function
	var operands []*ssa.Value
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok && isOp(c.Common()) {
					any = true
					if _, local := ssax.Base(c.Common().Args[0]).(*ssa.Alloc); !local && !w.touches[f] {
						w.touches[f] = true
						found = append(found, f)
					}
				}
				operands = instr.Operands(operands[:0])
				for _, o := range operands {
					if g, ok := (*o).(*ssa.Function); ok && len(g.Blocks) > 0 {
						users[g] = append(users[g], f)
						if !seen[g] {
							seen[g] = true
							work = append(work, g)
						}
					}
				}
			}
		}
	}
	for len(found) > 0 {
		g := found[len(found)-1]
		found = found[:len(found)-1]
		if w.roots[g] {
			continue
		}
		for _, f := range users[g] {
			if !w.touches[f] {
				w.touches[f] = true
				found = append(found, f)
			}
		}
	}
	return any
}

// uses reports whether a function, literals in it not included, does something to a WaitGroup, or calls a function that
// does and is executed with its callers only.
func (w *world) uses(fn *ssa.Function) bool {
	if w.touching(fn) {
		return true
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok && isOp(c.Common()) {
				return true
			}
		}
	}
	return false
}

// A shape is what the blocks of a function look like.
type shape struct {
	scc    []int // by block: the loop it is in, 0 if none
	busy   []bool
	merges map[*ssa.BasicBlock]*merge
}

// A merge is where the branches of an if meet again, if nothing of interest happens between.
type merge struct {
	at     *ssa.BasicBlock
	region map[*ssa.BasicBlock]bool
}

func (w *world) shape(fn *ssa.Function) *shape {
	if s := w.shapes[fn]; s != nil {
		return s
	}
	n := len(fn.Blocks)
	s := &shape{scc: make([]int, n), busy: make([]bool, n), merges: make(map[*ssa.BasicBlock]*merge)}
	order := ssax.NewOrder(fn)
	for i, b := range fn.Blocks {
		s.busy[i] = w.busy(b)
		if s.scc[i] == 0 && order.After(b, b) {
			for j, c := range fn.Blocks {
				if order.After(b, c) && order.After(c, b) {
					s.scc[j] = i + 1
				}
			}
		}
	}
	w.shapes[fn] = s
	return s
}

// busy reports whether something happens in a block that matters here.
func (w *world) busy(b *ssa.BasicBlock) bool {
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Go, *ssa.Defer, *ssa.Return, *ssa.Panic, *ssa.RunDefers:
			return true
		case *ssa.Call:
			if _, is := instr.Call.Value.(*ssa.Builtin); is {
				continue
			}
			if fn := instr.Call.StaticCallee(); fn == nil && !instr.Call.IsInvoke() || !w.roots[fn] && w.touching(fn) {
				return true
			} else if _, is := op(&instr.Call); is {
				return true
			} else if fn != nil && fn.Object() != nil && fn.Object().Pkg() != nil && fn.Object().Pkg().Path() == "runtime" {
				return true
			}
			for _, a := range instr.Call.Args {
				if _, isFunc := a.Type().Underlying().(*types.Signature); isFunc || hasGroup(a.Type()) {
					return true
				}
			}
		case *ssa.MakeClosure:
			if w.touching(instr.Fn.(*ssa.Function)) {
				return true
			}
		case *ssa.Store:
			switch t := instr.Val.Type().Underlying().(type) {
			case *types.Basic:
				if t.Info()&(types.IsBoolean|types.IsInteger) != 0 {
					return true
				}
			case *types.Signature, *types.Slice:
				return true
			}
			if hasGroup(instr.Val.Type()) {
				return true
			}
		}
	}
	return false
}

// hasGroup reports whether a type is a WaitGroup, a struct with one, or a pointer to such.
func hasGroup(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if isGroup(t) {
		return true
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if isGroup(f.Type()) {
			return true
		}
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && inner != st {
			for g := range inner.Fields() {
				if isGroup(g.Type()) {
					return true
				}
			}
		}
	}
	return false
}

func isGroup(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "WaitGroup" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync"
}

// merge returns where the branches of the if at the end of a block meet without anything of interest between.
func (s *shape) merge(b *ssa.BasicBlock) *merge {
	if m, seen := s.merges[b]; seen {
		return m
	}
	s.merges[b] = nil
	blocks := b.Parent().Blocks
	if len(blocks) > 300 {
		return nil
	}
	var best *merge
	for _, p := range blocks {
		if p == b || len(p.Preds) < 2 && len(b.Succs) > 0 && p != b.Succs[0] && p != b.Succs[1] {
			continue
		}
		if r := s.region(b, p); r != nil && (best == nil || len(r) < len(best.region)) {
			best = &merge{p, r}
		}
	}
	s.merges[b] = best
	return best
}

// region returns the blocks between b and p, nil if p is not sure to come, or something of interest is among them.
func (s *shape) region(b, p *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	r := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	meets := false
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if x == p {
			meets = true
			continue
		}
		if r[x] {
			continue
		}
		if s.busy[x.Index] || len(x.Succs) == 0 {
			return nil
		}
		r[x] = true
		work = append(work, x.Succs...)
	}
	if !meets {
		return nil
	}
	// A flag or a count that the branches set is of interest.
	if !r[b] {
		for _, instr := range p.Instrs {
			phi, ok := instr.(*ssa.Phi)
			if !ok {
				break
			}
			for i, e := range phi.Edges {
				if pred := p.Preds[i]; !r[pred] && pred != b {
					continue
				}
				if t, ok := phi.Type().Underlying().(*types.Basic); ok && t.Info()&(types.IsBoolean|types.IsInteger) != 0 {
					if _, isConst := e.(*ssa.Const); isConst || t.Info()&types.IsBoolean != 0 {
						return nil
					}
				} else if isConst(e) {
					return nil // nil in one of them
				}
			}
		}
	}
	return r
}

func isConst(v ssa.Value) bool { _, ok := v.(*ssa.Const); return ok }
