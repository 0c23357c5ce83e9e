package summary

import (
	"go/token"
	"go/types"
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

// An Export is what importers get of a function: a summary without what means nothing to
// them, or else that it makes what it returns.
type Export struct {
	Summary *flow.Summary // nil if nothing is left
	Made    Making
}

// Exported returns what importers get of a function. results is what they may hear of its results, nil if nothing. live tells which lock classes can be
// part of a deadlock with locks of other packages; filled, which may be nil, which fields importers have put functions into that only their package
// can name. What is left out for want of room is counted in t, which has the names.
func Exported(s *flow.Summary, results *Results, live, filled func(string) bool, t *path.Table) Export {
	out := &flow.Summary{Slow: s.Slow, Strays: s.Strays}
	for _, ev := range s.Events {
		if !usable(ev, live, func(ev flow.Event) bool {
			cell, self := pointsto.Place(t, ev.Param)
			return self != nil && filled != nil && filled(cell)
		}) {
			continue
		}
		if len(out.Events) >= limits.MaxFactEvents {
			t.Limits.Hit(limits.FactEvents)
			break
		}
		if ev.Kind == flow.Call && hidden(ev) {
			ev.Held = nil // importers hear of these where they hand over what is called
		}
		out.Events = append(out.Events, ev)
	}
	made, told := makes(s), results.known(t, s)
	switch {
	case changesLocks(s):
		out.Outcomes = slices.Clone(s.Outcomes)
		for i := range out.Outcomes {
			out.Outcomes[i].Stores = nil
		}
	case told != nil:
		out.Outcomes = []flow.Outcome{*told}
	case made != Never:
		out.Outcomes = made.Summary(t, len(s.Outcomes[0].Results)).Outcomes
	}
	for _, p := range s.Points {
		if p.Kind != flow.Acquires || p.Later != "" || !encodable(p.Lock) {
			continue
		}
		if class := p.Lock.Class(); class != "" && !live(class) {
			continue
		}
		if len(out.Points) >= limits.MaxFactPoints {
			t.Limits.Hit(limits.FactPoints)
			break
		}
		out.Points = append(out.Points, p)
	}
	if s.Slow != nil && slices.ContainsFunc(s.Slow.Gone, func(n *path.Node) bool { return !encodable(n) }) {
		out.Slow = nil // importers would take the lock for held
	}
	return export(out, made)
}

// export returns an Export of what is left of a function's summary.
func export(left *flow.Summary, made Making) Export {
	if len(left.Events) == 0 && len(left.Points) == 0 && left.Slow == nil && len(left.Strays) == 0 && !changesLocks(left) && !namesObjects(left) {
		return Export{Made: made}
	}
	return Export{Summary: left, Made: made}
}

// changesLocks reports whether a function gives back or leaves held a lock that importers can name.
func changesLocks(s *flow.Summary) bool {
	return slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool { return len(portable(o)) > 0 })
}

// Results is what importers may hear of the results of a function.
type Results struct {
	Sig   *types.Signature
	Stays func(field string) bool // see [pointsto.Contents.Stays]
}

// known returns the outcome of a function that only tells which object with a lock its caller gets: a getter's, or a constructor's that keeps an
// argument in a field of what it makes. It is nil for others.
func (r *Results) known(t *path.Table, s *flow.Summary) *flow.Outcome {
	if r == nil {
		return nil
	}
	sig := r.Sig
	if len(s.Outcomes) != 1 || len(s.Outcomes[0].Guard) > 0 || len(s.Outcomes[0].Results) != sig.Results().Len() {
		return nil
	}
	o := flow.Outcome{Results: slices.Clone(s.Outcomes[0].Results)}
	known := false
	for i, n := range o.Results {
		if n == nil || n.Kind == path.Op {
			continue
		}
		if !encodable(n) || n.Kind == path.Const || !r.fixed(t, n) || !model.LeadsToLock(sig.Results().At(i).Type()) {
			o.Results[i] = nil
		}
		known = known || o.Results[i] != nil
	}
	for _, c := range s.Outcomes[0].Stores {
		if c.Addr.Kind == path.Field && c.Addr.X.Kind == path.Result && c.Val.Kind == path.Param && r.Stays(t.Cell(c.Addr)) && model.LeadsToLock(paramType(sig, c.Val.Index)) {
			o.Stores = append(o.Stores, c)
		}
	}
	if !known && len(o.Stores) == 0 {
		return nil
	}
	return &o
}

// fixed reports whether a name leads from a parameter, or a variable of the package, through fields only that keep what they have.
func (r *Results) fixed(t *path.Table, n *path.Node) bool {
	if n.IsOne() {
		return true
	}
	for ; n != nil; n = n.X {
		switch n.Kind {
		case path.Param:
			return true
		case path.Field:
			if !r.Stays(t.Cell(n)) {
				return false
			}
		case path.Deref:
		default:
			return false
		}
	}
	return false
}

// namesObjects reports whether importers get to know what [Results.known] is about.
func namesObjects(s *flow.Summary) bool {
	return slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool {
		return len(o.Stores) > 0 || slices.ContainsFunc(o.Results, func(r *path.Node) bool { return r != nil && r.InEntry() && r.Kind != path.Const && r.Kind != path.Op })
	})
}

// paramType returns the type of a parameter, the receiver included.
func paramType(sig *types.Signature, i int) types.Type {
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv().Type()
		}
		i--
	}
	if i < sig.Params().Len() {
		return sig.Params().At(i).Type()
	}
	return types.Typ[types.Invalid]
}

// isAPI reports whether other packages can call a function by its name.
func isAPI(fn *ssa.Function) bool {
	return fn.Parent() == nil && token.IsExported(fn.Name()) && !ssax.InTest(fn)
}

// tell adds events to what importers get of a function.
func (a *analysis) tell(fn *ssa.Function, events ...flow.Event) {
	s := &flow.Summary{}
	if old := a.sums[fn]; old != nil {
		*s = *old
	}
	s.Events = slices.Concat(s.Events, events)
	a.sums[fn] = s
}

// forget leaves out of what importers get of a function that it returns with a lock which is reported not to be unlocked, or which a field
// remembers that they do not see, or which another goroutine unlocks: what that leads to in callers is no other bug.
func (a *analysis) forget(fn *ssa.Function, name string) {
	s := a.sums[fn]
	leaves := func(n flow.Net) bool { return n.Delta > 0 && lockName(fn, n.Lock, n.Mode) == name }
	if s == nil || !slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool { return slices.ContainsFunc(o.Nets, leaves) }) {
		return
	}
	out := *s
	out.Outcomes = slices.Clone(s.Outcomes)
	for i, o := range out.Outcomes {
		out.Outcomes[i].Nets = slices.DeleteFunc(slices.Clone(o.Nets), leaves)
	}
	a.sums[fn] = &out
}

// usable reports whether importers can do anything with an event.
func usable(ev flow.Event, live func(class string) bool, filled func(flow.Event) bool) bool {
	switch ev.Kind {
	case flow.Call:
		if hidden(ev) {
			return encodable(ev.Param) && filled(ev) && (ev.Method == "" || token.IsExported(ev.Method))
		}
		return encodable(ev.Param) && (ev.Method == "" || len(ev.Held) > 0)
	case flow.Later:
		return encodable(ev.Param) && (ev.Method == "" || token.IsExported(ev.Method))
	case flow.Joins, flow.Streams:
		return true
	case flow.Serves:
		return ev.Method == "" || token.IsExported(ev.Method)
	case flow.Enter:
		if class := ev.Lock.Class(); class != "" && (!accessible(class) || private(ev.Lock)) && !live(class) {
			return false // its function is run here, and so is what that calls
		}
	case flow.Acquire:
		if class := ev.Lock.Class(); class != "" && !live(class) {
			return false // no caller can hold it
		}
	}
	return ev.Lock == nil || encodable(ev.Lock)
}

// encodable reports whether a name means something to other packages.
func encodable(n *path.Node) bool {
	switch n.Kind {
	case path.Value, path.Func, path.Iface, path.FreeVar:
		return false
	case path.Op:
		if n.Val != nil {
			return false // see path.Some
		}
	}
	return (n.X == nil || encodable(n.X)) && (n.Y == nil || encodable(n.Y))
}

// hidden reports whether a function that is called is in a field or variable that is not
// exported, or a method that is not: no importer knows what that may be.
func hidden(call flow.Event) bool {
	n := call.Param
	for n.Kind == path.Deref || n.Kind == path.Elem {
		n = n.X
	}
	named := n.Kind == path.Field || n.Kind == path.Global
	return named && !public(n) ||
		call.Method != "" && !token.IsExported(call.Method)
}

// private reports whether a lock lies in a variable that is not exported.
func private(lock *path.Node) bool {
	variable := lock.Struct()
	return variable.Kind == path.Global && !public(variable)
}

// public reports whether other packages can use a field or variable.
func public(n *path.Node) bool {
	return token.IsExported(n.Name[strings.LastIndexByte(n.Name, '.')+1:])
}

// makes says whether the first result of a function is a new object.
func makes(s *flow.Summary) Making {
	fails, is := false, Never
	for _, o := range s.Outcomes {
		if len(o.Results) == 0 || o.Results[0] == nil {
			return Never
		}
		switch r := o.Results[0]; {
		case r.IsNil():
			fails = true
		case flow.IsNewOrNil(r):
			fails, is = fails || !flow.IsNew(r), Always
		default:
			return Never
		}
	}
	if is == Always && fails {
		return OrNil
	}
	return is
}

// portable lists the nets of an outcome that mean something to other packages. A function
// handed back that releases the lock does not cross packages, and so neither must the lock.
func portable(o flow.Outcome) (nets []flow.Net) {
	handed := slices.ContainsFunc(o.Results, func(r *path.Node) bool { return r != nil && r.Kind == path.Func })
	for _, n := range o.Nets {
		if encodable(n.Lock) && !(handed && n.Delta > 0) {
			nets = append(nets, n)
		}
	}
	return nets
}
