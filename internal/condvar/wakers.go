package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// wakers knows which functions may come to signal a condition variable, themselves or by what they call,
// start or make.
type wakers struct {
	*dataflow
	v       *Var
	signals map[ssa.Instruction]bool
	may     map[*ssa.Function]bool
	// handed: one of them is used as a value, or called through an interface; who calls it is not known.
	handed bool
	// listens: one of them waits for a message, so that sending it may lead to a signal.
	listens bool
	// repeats: one of them signals from time to time.
	repeats bool
}

// wakersOf returns who may come to signal a condition variable. It is asked of each Wait and each signal, and so keeps
// what it has found.
func (d *dataflow) wakersOf(v *Var) *wakers {
	if w := d.wakers[v]; w != nil {
		return w
	}
	w := &wakers{dataflow: d, v: v, signals: make(map[ssa.Instruction]bool)}
	for _, s := range slices.Concat(v.Signals, v.Broadcasts) {
		w.signals[s] = true
	}
	w.may = d.leadTo(slices.Concat(v.Signals, v.Broadcasts))
	for fn := range w.may {
		w.handed = w.handed || d.valued[fn] || d.isInvoked(fn)
		w.look(fn)
	}
	if d.wakers == nil {
		d.wakers = make(map[*Var]*wakers)
	}
	d.wakers[v] = w
	return w
}

// leadTo returns the functions that may come to one of some calls: that make it, or make a literal or call a function
// that does.
func (d *dataflow) leadTo(calls []ssa.CallInstruction) map[*ssa.Function]bool {
	may := make(map[*ssa.Function]bool)
	var work []*ssa.Function
	add := func(fn *ssa.Function) {
		if fn = origin(fn); !may[fn] {
			may[fn] = true
			work = append(work, fn)
		}
	}
	for _, c := range calls {
		add(c.Parent())
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if parent := fn.Parent(); parent != nil {
			add(parent)
		}
		for _, c := range d.calls[fn] {
			add(c.Parent())
		}
	}
	return may
}

// look finds out whether a waker waits for messages or for the time.
func (w *wakers) look(fn *ssa.Function) {
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Select:
			w.listens = true
			for _, st := range instr.States {
				w.repeats = w.repeats || st.Dir == types.RecvOnly && isTimeChan(st.Chan) && turnOf(instr.Block()).head != nil
			}
		case *ssa.UnOp:
			if instr.Op == token.ARROW {
				w.listens = true
				w.repeats = w.repeats || isTimeChan(instr.X) && turnOf(instr.Block()).head != nil
			}
		case *ssa.Next:
			if r, ok := instr.Iter.(*ssa.Range); ok {
				_, isChan := r.X.Type().Underlying().(*types.Chan)
				w.listens = w.listens || isChan
			}
		case *ssa.Call:
			w.repeats = w.repeats || isFunc(instr.Call.StaticCallee(), "time", "Sleep") && turnOf(instr.Block()).head != nil
		}
	})
}

func isTimeChan(ch ssa.Value) bool {
	c, ok := ch.Type().Underlying().(*types.Chan)
	return ok && types.TypeString(c.Elem(), nil) == "time.Time"
}

// mayWake reports whether an instruction may lead to a signal.
func (w *wakers) mayWake(instr ssa.Instruction) bool {
	if w.signals[instr] {
		return true
	}
	switch instr := instr.(type) {
	case *ssa.Send:
		return w.listens
	case *ssa.Select:
		return w.listens && slices.ContainsFunc(instr.States, func(st *ssa.SelectState) bool { return st.Dir == types.SendOnly })
	case ssa.CallInstruction:
		return w.callWakes(instr)
	}
	return false
}

func (w *wakers) callWakes(c ssa.CallInstruction) bool {
	common := c.Common()
	for _, a := range common.Args {
		if fn := funcOf(a); fn != nil && w.may[origin(fn)] {
			return true
		}
	}
	if b, ok := common.Value.(*ssa.Builtin); ok {
		return b.Name() == "close" && w.listens
	}
	if fn := w.callee(common); fn != nil {
		return w.may[fn] || w.informs(fn, 0)
	}
	if fn := common.StaticCallee(); fn != nil {
		return ends(fn.Name()) || w.handed && !harmless(fn)
	}
	if common.IsInvoke() && ends(common.Method.Name()) {
		return true
	}
	return w.handed || w.listens // an interface method or a function value: a context's cancel among others
}

// ends reports whether the name of a function says that it ends something, on which a goroutine that waits
// for it may signal.
func ends(name string) bool {
	return slices.Contains([]string{"Close", "Cancel", "Stop", "Shutdown", "Kill", "Interrupt"}, name)
}

// harmless reports whether a function of another package runs nothing that has been registered before.
func harmless(fn *ssa.Function) bool {
	if m, _ := fn.Object().(*types.Func); model.OpOf(m).Kind != model.None {
		return true
	}
	obj := origin(fn).Object()
	return obj != nil && obj.Pkg() != nil && slices.Contains([]string{"bytes", "errors", "fmt", "log", "maps", "math", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "time"}, obj.Pkg().Path())
}

// informs reports whether a function of the package may send, or end, what a waker waits for.
func (w *wakers) informs(fn *ssa.Function, depth int) bool {
	if !w.listens && !w.handed || depth > 2 {
		return false
	}
	found := false
	eachInstr(fn, func(instr ssa.Instruction) {
		if found {
			return
		}
		switch instr := instr.(type) {
		case *ssa.Send:
			found = w.listens
		case *ssa.Select:
			found = w.mayWake(instr)
		case ssa.CallInstruction:
			common := instr.Common()
			if b, ok := common.Value.(*ssa.Builtin); ok {
				found = b.Name() == "close" && w.listens
			} else if callee := w.callee(common); callee != nil {
				found = callee != fn && w.informs(callee, depth+1)
			} else if common.StaticCallee() == nil {
				found = true
			}
		}
	})
	return found
}

// idle reports whether a signal is given that need not come with a change of what is tested: at the call of
// others, or when something else happens.
func (w *wakers) idle() bool {
	tested := reads{vars: make(map[any]bool)}
	for _, wait := range w.v.Waits {
		for x := range w.conditionOf(wait).vars {
			tested.vars[x] = true
		}
	}
	seen := make(map[*ssa.Function]bool)
	for s := range w.signals {
		if w.idleIn(origin(s.Parent()), tested, seen) {
			return true
		}
	}
	return false
}

// idleIn reports whether a function changes nothing that is tested, and nobody who calls it does.
func (w *wakers) idleIn(fn *ssa.Function, tested reads, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	if changed, _ := w.changes(fn); changed.meets(tested) {
		return false
	}
	if w.valued[fn] || len(w.calls[fn]) == 0 {
		return true
	}
	for _, c := range w.calls[fn] {
		if _, isGo := c.(*ssa.Go); isGo || w.idleIn(origin(c.Parent()), tested, seen) {
			return true
		}
	}
	return false
}

// funcOf returns the function that a value is, if it is one, or a closure.
func funcOf(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}
