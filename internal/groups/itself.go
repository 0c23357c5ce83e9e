package groups

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// itself reports functions that run as goroutines only, and begin by counting themselves in a WaitGroup that is a field: a Wait elsewhere
// may come before that. "Calls with a positive delta that occur when the counter is zero must happen before a Wait":
// https://pkg.go.dev/sync#WaitGroup.Add
func (w *world) itself(funcs []*ssa.Function) (reports []Report) {
	starts := w.starts(funcs)
	for _, fn := range funcs {
		gos := starts[fn]
		if len(gos) == 0 || w.vis.Callable(fn) {
			continue
		}
		counts, field := countsFirst(fn)
		if wait := starterWaits(gos, fn, field); wait != nil && !token.IsExported(field.Name()) && onlyThere(funcs, field, starts) {
			reports = append(reports, Report{Kind: Inside, Pos: counts.Pos(), Wait: wait, Alone: true})
			continue
		}
		if counts == nil || w.waited[field] == nil || w.waited[field].Parent() == fn || ssax.Within(w.waited[field].Parent(), fn) || slices.ContainsFunc(gos, met) {
			continue
		}
		reports = append(reports, Report{Kind: Inside, Pos: counts.Pos(), Wait: w.waited[field]})
	}
	return reports
}

// onlyThere reports whether only goroutines that begin with it add to a WaitGroup that is a field, which has no other use than its operations.
func onlyThere(funcs []*ssa.Function, field *types.Var, starts map[*ssa.Function][]*ssa.Go) bool {
	for _, fn := range funcs {
		var first *ssa.Call // the Add that may be
		if len(starts[fn]) > 0 {
			first, _ = countsFirst(fn)
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				fa, ok := instr.(*ssa.FieldAddr)
				if !ok || groupAt(fa) != any(field) {
					continue
				}
				for _, r := range *fa.Referrers() {
					if k, known := usedAs(r, fa); !known || k == spawn || k == add && r != ssa.Instruction(first) {
						return false
					}
				}
			}
		}
	}
	return true
}

// starterWaits returns a Wait on a WaitGroup that is a field, by a function that starts fn as a goroutine, see waitsAfter; nil if there is none.
func starterWaits(gos []*ssa.Go, fn *ssa.Function, field *types.Var) ssa.Instruction {
	if field == nil {
		return nil
	}
	for _, g := range gos {
		if g.Parent() != fn {
			if wait := waitsAfter(g, field); wait != nil {
				return wait
			}
		}
	}
	return nil
}

// waitsAfter returns a Wait on a WaitGroup that is a field, which the function of a go statement comes to after it without hearing of anybody;
// nil if there is none.
func waitsAfter(start *ssa.Go, field *types.Var) (found ssa.Instruction) {
	fn := start.Parent()
	order := ssax.NewOrder(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			c, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if k, is := op(&c.Call); !is || k != wait || groupAt(c.Call.Args[0]) != any(field) || !order.Leads(start, c, nil) {
				continue
			}
			if hears(fn, func(heard ssa.Instruction) bool { return order.Leads(start, heard, nil) && order.Leads(heard, c, nil) }) {
				continue
			}
			return c
		}
	}
	return nil
}

// starts lists the go statements of functions that nothing else is done with, by function.
func (w *world) starts(funcs []*ssa.Function) map[*ssa.Function][]*ssa.Go {
	starts := make(map[*ssa.Function][]*ssa.Go)
	other := make(map[*ssa.Function]bool)
	var operands []*ssa.Value
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g, isGo := instr.(*ssa.Go)
				operands = instr.Operands(operands[:0])
				for _, o := range operands {
					if f, ok := (*o).(*ssa.Function); !ok {
					} else if isGo && o == &g.Call.Value && f.Synthetic == "" {
						starts[f] = append(starts[f], g)
					} else {
						other[w.declared(f)] = true
					}
				}
			}
		}
	}
	for fn := range other {
		delete(starts, fn)
	}
	return starts
}

// declared returns the method that a wrapper is made for, or fn.
func (w *world) declared(fn *ssa.Function) *ssa.Function {
	if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic != "" {
		if m := w.pkg.Prog.FuncValue(obj); m != nil {
			return m
		}
	}
	return fn
}

// countsFirst returns the Add with which a function begins, before it branches, waits or locks anything, and the field that the WaitGroup is;
// nil if it begins otherwise.
func countsFirst(fn *ssa.Function) (counts *ssa.Call, field *types.Var) {
	for _, instr := range fn.Blocks[0].Instrs {
		switch instr := instr.(type) {
		case *ssa.Send, *ssa.Select, *ssa.Go:
			return nil, nil
		case *ssa.UnOp:
			if instr.Op == token.ARROW {
				return nil, nil
			}
		case *ssa.Call:
			k, is := op(&instr.Call)
			if !is {
				return nil, nil
			}
			fa, ok := instr.Call.Args[0].(*ssa.FieldAddr)
			if n, known := instr.Call.Args[len(instr.Call.Args)-1].(*ssa.Const); k != add || !ok || !known || n.Int64() <= 0 {
				return nil, nil
			}
			return instr, ssax.Core(ssax.Pointee(fa.X.Type())).(*types.Struct).Field(fa.Field).Origin()
		}
	}
	return nil, nil
}

// met reports whether a function that starts a goroutine does anything with a WaitGroup itself, or waits for somebody afterwards, who may have
// said that the goroutine is counted.
func met(start *ssa.Go) bool {
	fn := start.Parent()
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok && isOp(c.Common()) {
				return true
			}
		}
	}
	order := ssax.NewOrder(fn)
	return hears(fn, func(wait ssa.Instruction) bool { return order.Leads(start, wait, nil) })
}
