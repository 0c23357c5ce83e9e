package summary

import (
	"cmp"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A service is what goroutines that tell of their end by one field call of what other packages have given to
// this one.
type service struct {
	cells  map[keptCall]*flow.Step      // in fields
	params map[*ssa.Parameter]paramCall // of the functions that start the goroutines
}

type keptCall struct{ cell, method string }

type paramCall struct {
	method string
	step   *flow.Step
	holder *ssa.Parameter // with the field; nil if that is not known
}

// joins tells importers which functions wait for a goroutine of the package, and which hand such a goroutine what
// importers give them: who waits with a lock held that the given function needs waits forever.
func (a *analysis) joins(out *Package) {
	waits := make(map[*ssa.Function]map[string]waitFor)
	for _, fn := range a.funcs {
		if w := waitsOf(fn); len(w) > 0 {
			waits[fn] = w
		}
	}
	if len(waits) == 0 {
		return
	}
	services := a.services(waits)
	if len(services) == 0 {
		return
	}
	cells := slices.Sorted(maps.Keys(services))
	for _, fn := range a.funcs {
		if !isAPI(fn) {
			continue
		}
		if fn.Signature.Recv() != nil {
			for _, e := range a.joinEvents(fn, waits, services) {
				a.tell(fn, e)
				a.declareJoin(out, fn, e)
			}
		}
		gifts := a.contents.Given(fn)
		for _, cell := range cells {
			for _, e := range a.serveEvents(fn, cell, services[cell], gifts) {
				a.tell(fn, e)
			}
		}
	}
}

// serveEvents returns the events of a function that hands what it is given to goroutines which tell of their end by the
// field that a cell stands for.
func (a *analysis) serveEvents(fn *ssa.Function, cell string, s *service, gifts []pointsto.Gift) (events []flow.Event) {
	serves := func(param, holder int, method string, step *flow.Step) {
		var lock *path.Node
		if holder >= 0 {
			lock = a.table.FieldOf(a.table.Param(holder), fn.Params[holder].Type(), cell)
		}
		if lock == nil {
			lock = a.table.Class(cell, "", "")
		}
		events = append(events, flow.Event{Kind: flow.Serves, Param: a.table.Param(param), Method: method, Lock: lock, Steps: []*flow.Step{step}})
	}
	for _, g := range gifts {
		for _, c := range s.sorted() {
			if c.cell == g.Cell && !g.List {
				serves(g.Param, g.Base, c.method, s.cells[c])
			}
		}
	}
	for i, p := range fn.Params {
		if c, ok := s.params[p]; ok {
			serves(i, slices.Index(fn.Params, c.holder), c.method, c.step)
		}
	}
	return events
}

func (s *service) sorted() []keptCall {
	return slices.SortedFunc(maps.Keys(s.cells), func(x, y keptCall) int {
		return cmp.Or(strings.Compare(x.cell, y.cell), strings.Compare(x.method, y.method))
	})
}

// A waitFor is where a function waits for a goroutine, which tells of its end by a field of the receiver.
type waitFor struct {
	field *ssa.FieldAddr
	pos   token.Pos
}

// waitsOf returns the waits of a method by the cells of the fields of its receiver.
func waitsOf(fn *ssa.Function) map[string]waitFor {
	if fn.Signature.Recv() == nil || fn.Parent() != nil {
		return nil
	}
	var waits map[string]waitFor
	add := func(addr ssa.Value, pos token.Pos) {
		fa, ok := addr.(*ssa.FieldAddr)
		if !ok || ssax.Origin(fa.X) != fn.Params[0] {
			return
		}
		if waits == nil {
			waits = make(map[string]waitFor)
		}
		waits[path.StaticCell(fa)] = waitFor{fa, pos}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if load, ok := instr.X.(*ssa.UnOp); ok && instr.Op == token.ARROW && !instr.CommaOk {
					add(load.X, instr.Pos())
				}
			case *ssa.Call:
				if callee := instr.Call.StaticCallee(); callee != nil {
					if obj, _ := callee.Object().(*types.Func); obj != nil && obj.FullName() == "(*sync.WaitGroup).Wait" {
						if load, ok := instr.Call.Args[0].(*ssa.UnOp); ok {
							add(load.X, instr.Pos()) // a pointer to a group
						} else {
							add(instr.Call.Args[0], instr.Pos())
						}
					}
				}
			}
		}
	}
	return waits
}

// joinEvents returns the events of a method that waits for a goroutine, itself or by another method of its receiver.
func (a *analysis) joinEvents(fn *ssa.Function, waits map[*ssa.Function]map[string]waitFor, services map[string]*service) (events []flow.Event) {
	seen := make(map[*ssa.Function]bool)
	var look func(m *ssa.Function, depth int)
	look = func(m *ssa.Function, depth int) {
		if seen[m] || depth > 2 {
			return
		}
		seen[m] = true
		for _, cell := range slices.Sorted(maps.Keys(waits[m])) {
			w := waits[m][cell]
			if services[cell] == nil || slices.ContainsFunc(events, func(e flow.Event) bool { return a.table.Cell(e.Lock) == cell }) {
				continue
			}
			name, owner, embedded := path.StructField(w.field.X.Type(), w.field.Field)
			events = append(events, flow.Event{
				Kind: flow.Joins, Lock: a.table.Field(a.table.Param(0), name, owner, embedded),
				Steps: []*flow.Step{{Pos: w.pos, Func: flow.FuncName(m), What: "waits for the goroutine"}},
			})
		}
		for _, b := range m.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(*ssa.Call); ok && callee(c) != nil && len(c.Call.Args) > 0 && ssax.Origin(c.Call.Args[0]) == m.Params[0] && a.info[callee(c)] != nil {
					if next := callee(c); next.Signature.Recv() != nil {
						look(next, depth+1)
					}
				}
			}
		}
	}
	look(fn, 0)
	return events
}

// declareJoin says of the method of an exported interface of the package what is known of its only implementation.
func (a *analysis) declareJoin(out *Package, fn *ssa.Function, e flow.Event) {
	recv := fn.Signature.Recv().Type()
	scope := a.pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() || !types.IsInterface(tn.Type()) {
			continue
		}
		iface := tn.Type().Underlying().(*types.Interface)
		if !types.Implements(recv, iface) || a.implementations(iface) != 1 {
			continue
		}
		for m := range iface.Methods() {
			if m.Name() != fn.Name() || m.Pkg() != a.pkg.Pkg {
				continue
			}
			s := &flow.Summary{}
			if old := out.Declared[m]; old != nil {
				*s = *old
			}
			s.Events = append(slices.Clip(s.Events), e)
			out.Declared[m] = s
		}
	}
}

// implementations returns how many types of the package implement an interface.
func (a *analysis) implementations(iface *types.Interface) (n int) {
	for named := range declaredTypes(a.pkg.Pkg) {
		if !model.InTest(a.pkg.Prog.Fset, named.Obj().Pos()) && implements(named, iface) != nil {
			n++
		}
	}
	return n
}

// services finds the goroutines that tell of their end by one of the fields that others wait for, and what they
// call of what they have been given.
func (a *analysis) services(waits map[*ssa.Function]map[string]waitFor) map[string]*service {
	waited := make(map[string]bool)
	for _, w := range waits {
		for cell := range w {
			waited[cell] = true
		}
	}
	found := make(map[string]*service)
	for _, fn := range a.funcs {
		if ssax.InTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g, ok := instr.(*ssa.Go)
				if !ok {
					continue
				}
				run := callee(g)
				if run == nil || a.info[run] == nil {
					continue
				}
				for cell, base := range endsWith(run) {
					if !waited[cell] {
						continue
					}
					s := found[cell]
					if s == nil {
						s = &service{make(map[keptCall]*flow.Step), make(map[*ssa.Parameter]paramCall)}
					}
					a.serve(s, g, run, base)
					if len(s.cells)+len(s.params) > 0 {
						found[cell] = s
					}
				}
			}
		}
	}
	return found
}

// endsWith returns the fields by which a function tells that it has come to its end: it closes them, or calls their
// Done, in a deferred call, or in what a deferred call runs. By cell, it has the object with the field.
func endsWith(fn *ssa.Function) map[string]ssa.Value {
	ends := make(map[string]ssa.Value)
	// by is the deferred call of the function that is looked at; nil for fn itself, and for literals, which name the objects of fn.
	add := func(addr ssa.Value, by *ssa.Defer) {
		fa, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return
		}
		base := fa.X
		if by != nil {
			i := slices.IndexFunc(fa.Parent().Params, func(p *ssa.Parameter) bool { return p == ssax.Origin(base) })
			if i < 0 {
				return
			}
			base = by.Call.Args[i]
		}
		ends[path.StaticCell(fa)] = base
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			d, ok := instr.(*ssa.Defer)
			if !ok {
				continue
			}
			add(signalled(d), nil)
			if done := callee(d); done != nil && !d.Call.IsInvoke() && (done.Parent() == fn || done.Pkg == fn.Pkg) {
				var by *ssa.Defer
				if done.Parent() == nil {
					by = d
				}
				for _, b := range done.Blocks {
					for _, instr := range b.Instrs {
						if c, ok := instr.(*ssa.Call); ok {
							add(signalled(c), by)
						}
					}
				}
			}
		}
	}
	return ends
}

// signalled returns the address of the channel that a call closes, or of the group whose Done it is; nil if it is neither.
func signalled(c ssa.CallInstruction) ssa.Value {
	common := c.Common()
	if len(common.Args) == 0 {
		return nil
	}
	load, isLoad := common.Args[0].(*ssa.UnOp)
	if answered(c) != nil && isLoad {
		return load.X
	}
	callee := common.StaticCallee()
	if callee == nil {
		return nil
	}
	if obj, _ := callee.Object().(*types.Func); obj == nil || obj.FullName() != "(*sync.WaitGroup).Done" {
		return nil
	}
	if isLoad {
		return load.X
	}
	return common.Args[0]
}

// serve notes what a goroutine calls that others have given to the package. base is the object with the field by
// which it tells of its end.
func (a *analysis) serve(s *service, g *ssa.Go, run *ssa.Function, base ssa.Value) {
	holder, _ := origin(base, g.Call.Args, run).(*ssa.Parameter)
	seen := make(map[*ssa.Function]bool)
	var look func(fn *ssa.Function, depth int)
	look = func(fn *ssa.Function, depth int) {
		if seen[fn] || depth > limits.MaxCalls || a.info[fn] == nil {
			return
		}
		seen[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(ssa.CallInstruction)
				if _, isGo := instr.(*ssa.Go); !ok || isGo {
					continue
				}
				common := c.Common()
				if to := callee(c); to != nil {
					look(to, depth+1)
					continue
				}
				if _, isBuiltin := common.Value.(*ssa.Builtin); isBuiltin {
					continue
				}
				method := ""
				if common.IsInvoke() {
					method = common.Method.Name()
				}
				step := &flow.Step{Pos: instr.Pos(), Func: flow.FuncName(fn), What: "calls what it was given"}
				if cell := pointsto.Cell(common.Value); cell != "" {
					s.cells[keptCall{cell, method}] = step
				} else if p, ok := origin(common.Value, g.Call.Args, run).(*ssa.Parameter); ok && p.Parent() == g.Parent() {
					s.params[p] = paramCall{method, step, holder}
				}
			}
		}
	}
	look(run, 0)
}

// origin follows a value of a goroutine, which runs a function with some arguments, to the function that starts it: through captured variables and
// arguments.
func origin(v ssa.Value, args []ssa.Value, run *ssa.Function) ssa.Value {
	for range limits.MaxFrames {
		switch x := ssax.Origin(v).(type) {
		case *ssa.UnOp:
			if _, ok := x.X.(*ssa.FreeVar); !ok || x.Op != token.MUL {
				return x
			}
			v = x.X
		case *ssa.FreeVar:
			if x.Parent() != run || path.Binding(x) == nil {
				return x
			}
			v = path.Binding(x)
			if alloc, ok := v.(*ssa.Alloc); ok {
				if val := ssax.OnlyStore(alloc); val != nil {
					v = val
				}
			}
		case *ssa.Parameter:
			i := slices.Index(run.Params, x)
			if i < 0 || i >= len(args) {
				return x
			}
			v = args[i]
		default:
			return x
		}
	}
	return v
}
