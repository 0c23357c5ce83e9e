package groups

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// Check returns what is wrong with the WaitGroups of a package, whose functions with bodies are funcs, by position.
func Check(pkg *ssa.Package, funcs []*ssa.Function) []Report {
	w := &world{
		pkg: pkg, fset: pkg.Prog.Fset, vis: ssax.NewVisibility(pkg),
		roots: make(map[*ssa.Function]bool), touches: make(map[*ssa.Function]bool), shapes: make(map[*ssa.Function]*shape), ran: make(map[*ssa.Function]bool),
		classes: make(map[string]types.Object), allocs: make(map[string]*ssa.Alloc), names: make(map[ssa.Value]string),
		long: make(map[string]string), waited: make(map[types.Object]ssa.Instruction), isClosed: make(map[types.Object]bool),
	}
	called := w.called(funcs)
	for _, fn := range funcs {
		w.roots[fn] = fn.Parent() == nil && w.root(fn, called)
	}
	if !w.touch(funcs) {
		return nil
	}
	// Functions first that others than the package may call, then what nobody was seen to call.
	for _, fn := range funcs {
		if w.roots[fn] && w.uses(fn) {
			w.unit(fn)
		}
	}
	for _, fn := range funcs {
		if !w.ran[fn] && w.uses(fn) {
			w.unit(fn)
		}
	}
	w.waits()
	var reports []Report
	for _, u := range w.units {
		reports = append(reports, w.judge(u)...)
	}
	for _, fn := range funcs {
		if w.uses(fn) {
			reports = append(reports, undrained(fn)...)
		}
	}
	reports = append(reports, w.itself(funcs)...)
	reports = append(reports, uncounted(funcs)...)
	slices.SortStableFunc(reports, func(a, b Report) int { return int(a.Pos - b.Pos) })
	return slices.CompactFunc(reports, func(a, b Report) bool { return a.Pos == b.Pos && a.Kind == b.Kind })
}

// unit executes a function by itself.
func (w *world) unit(fn *ssa.Function) {
	walker := &walker{world: w}
	u := &unit{fn: fn}
	st := newState()
	u.paths, u.partial = walker.explore(st, fn, nil, nil)
	w.units = append(w.units, u)
}

// A use is how functions of the package use another one.
type use struct{ calls, values bool }

func (w *world) called(funcs []*ssa.Function) map[*ssa.Function]use {
	uses := make(map[*ssa.Function]use)
	var operands []*ssa.Value
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				var callee *ssa.Function
				if c, ok := instr.(ssa.CallInstruction); ok {
					callee = c.Common().StaticCallee()
				}
				operands = instr.Operands(operands[:0])
				for _, o := range operands {
					f, ok := (*o).(*ssa.Function)
					if !ok {
						continue
					}
					f = w.declared(f)
					u := uses[f]
					u.calls = u.calls || f == callee
					u.values = u.values || f != callee
					uses[f] = u
				}
			}
		}
	}
	return uses
}

// root reports whether code outside of the package, or a function value, may call a function.
func (w *world) root(fn *ssa.Function, called map[*ssa.Function]use) bool {
	u := called[fn]
	isMethod := fn.Signature.Recv() != nil
	return !u.calls || u.values || w.vis.Callable(fn) || isMethod && token.IsExported(fn.Name())
}

// waits notes where classes of WaitGroups are waited for.
func (w *world) waits() {
	for _, u := range w.units {
		for _, p := range u.paths {
			for _, e := range p.events {
				if c := w.classes[e.group]; e.kind == wait && c != nil && w.waited[c] == nil {
					w.waited[c] = e.instr
				}
			}
		}
	}
}
