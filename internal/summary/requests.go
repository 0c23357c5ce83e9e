package summary

import (
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// requested tells importers what an exported function has a goroutine of the package call which it sends a request, and for whose answer it waits.
// See joined.
//
//	func (l *Loop) Do(f func()) {
//		r := request{f, make(chan struct{})}
//		l.requests <- r
//		<-r.ran
//	}
//
//	func (l *Loop) run() {
//		for r := range l.requests {
//			r.f()
//			close(r.ran)
//		}
//	}
//
// It reports whether it has told them anything.
func (a *analysis) requested(fn *ssa.Function, s sending) (told bool) {
	request := s.val
	if load, ok := request.(*ssa.UnOp); ok {
		request = load.X // by value
	}
	alloc, ok := request.(*ssa.Alloc)
	if !ok {
		return false
	}
	fields := fieldsOf(alloc)
	calls, answers := make(map[string]int), []string(nil) // cells
	for _, fa := range fields {
		val := storedBefore(fa, s.at)
		if val == nil {
			continue
		}
		if i := slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return p == val }); i >= 0 && ssax.IsCallable(val.Type()) {
			calls[path.StaticCell(fa)] = i
		} else if receivedAfter(s, val, fa.Field, fields) {
			answers = append(answers, path.StaticCell(fa))
		}
	}
	for _, call := range slices.Sorted(maps.Keys(calls)) {
		for _, answer := range answers {
			if at := a.servedBy(call, answer); at != nil {
				a.tell(fn, flow.Event{Kind: flow.Call, Param: a.table.Param(calls[call]), Steps: []*flow.Step{{
					Pos: at.Pos(), Func: flow.FuncName(at.Parent()), What: "calls what it was sent, for whose end " + fn.Name() + " waits"}}})
				told = true
			}
		}
	}
	return told
}

// fieldsOf returns the addresses of the fields of a struct, and of the literal that it is a copy of.
func fieldsOf(alloc *ssa.Alloc) (fields []*ssa.FieldAddr) {
	add := func(alloc *ssa.Alloc) {
		for _, r := range *alloc.Referrers() {
			if fa, ok := r.(*ssa.FieldAddr); ok {
				fields = append(fields, fa)
			}
		}
	}
	add(alloc)
	for _, r := range *alloc.Referrers() {
		st, ok := r.(*ssa.Store)
		if !ok || st.Addr != alloc {
			continue
		}
		if load, ok := st.Val.(*ssa.UnOp); ok {
			if literal, ok := load.X.(*ssa.Alloc); ok {
				add(literal)
			}
		}
	}
	return fields
}

// storedBefore returns what the only store to an address has put there before an instruction, nil if there is none.
func storedBefore(addr *ssa.FieldAddr, before ssa.Instruction) (val ssa.Value) {
	for _, r := range *addr.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == addr {
			if val != nil || !ssax.Dominates(st, before) {
				return nil
			}
			val = st.Val
		}
	}
	return val
}

// receivedAfter reports whether a function always receives, after it has sent a request, from a channel that is in a field of it.
func receivedAfter(s sending, ch ssa.Value, field int, fields []*ssa.FieldAddr) bool {
	names := []ssa.Value{ch}
	if load, ok := ch.(*ssa.UnOp); ok {
		names = append(names, ssax.Loads(load.X)...)
	}
	for _, fa := range fields {
		if fa.Field == field {
			names = append(names, ssax.Loads(fa)...)
		}
	}
	return slices.ContainsFunc(names, func(v ssa.Value) bool {
		return v.Referrers() != nil && slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
			recv, ok := r.(*ssa.UnOp)
			return ok && recv.Op == token.ARROW && s.followed(recv)
		})
	})
}

// servedBy returns the call by which a function of the package runs what is in one field of a request before it answers by another one, nil if none does.
func (a *analysis) servedBy(call, answer string) *ssa.Call {
	for _, fn := range a.funcs {
		var runs []*ssa.Call
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(*ssa.Call); ok && fieldRead(c.Call.Value) == call {
					runs = append(runs, c)
				}
			}
		}
		for _, run := range runs {
			for _, b := range fn.Blocks {
				if slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
					_, deferred := instr.(*ssa.Defer)
					return fieldRead(answered(instr)) == answer && (deferred || ssax.Dominates(run, instr))
				}) {
					return run
				}
			}
		}
	}
	return nil
}

// answered returns the channel that an instruction closes or sends to, nil if it does neither.
func answered(instr ssa.Instruction) ssa.Value {
	switch instr := instr.(type) {
	case *ssa.Send:
		return instr.Chan
	case ssa.CallInstruction:
		if b, ok := instr.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			return instr.Common().Args[0]
		}
	}
	return nil
}

// fieldRead names the field that a value was read from, "" if it was read from none.
func fieldRead(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Field:
		name, owner, _ := path.StructField(v.X.Type(), v.Field)
		return owner + "." + name
	case *ssa.UnOp:
		if _, ok := v.X.(*ssa.FieldAddr); ok {
			return path.ReadFrom(v)
		}
	}
	return ""
}
