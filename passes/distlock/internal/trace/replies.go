package trace

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// Replies returns the values in which the result of an acquisition shows: what
// the call returns, and what methods and functions of a library make of it.
func (f *Func) Replies(e *Event) map[ssa.Value]bool {
	replies := make(map[ssa.Value]bool)
	call, ok := e.Instr.(*ssa.Call)
	if !ok {
		return replies
	}
	var follow func(v ssa.Value)
	follow = func(v ssa.Value) {
		if replies[v] {
			return
		}
		replies[v] = true
		if v.Referrers() == nil {
			return
		}
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Extract, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Convert:
				follow(r.(ssa.Value))
			case *ssa.TypeAssert:
				follow(r)
			case *ssa.FieldAddr:
				follow(r) // an embedded reply
			case *ssa.Field:
				follow(r)
			case *ssa.UnOp:
				if r.Op == token.MUL {
					follow(r)
				}
			case *ssa.Store:
				// A variable for a reply, such as cmd := tx.SetNX(…) captured by a closure.
				if alloc, ok := r.Addr.(*ssa.Alloc); ok && r.Val == v && !isBool(v.Type()) && !ssax.IsError(v.Type()) {
					if f.Pkg.Of(alloc).Kind == expr.Opaque {
						for _, load := range *alloc.Referrers() {
							if load, ok := load.(*ssa.UnOp); ok && f.Pkg.Of(load).ID() == f.Pkg.Of(v).ID() {
								follow(load)
							}
						}
					}
				}
			case *ssa.Call:
				fn := client.Callee(r.Common())
				if fn == nil || fn.Pkg() == nil || !client.Reply(client.PkgPath(fn)) || ssax.IsError(v.Type()) {
					continue
				}
				if args := r.Call.Args; r.Call.IsInvoke() && r.Call.Value == v || len(args) > 0 && args[0] == v {
					follow(r)
					scanned(r.Common(), follow)
				}
			}
		}
	}
	if e.Mode == Now {
		follow(call)
		if e.Backend.SQL() {
			scanned(call.Common(), follow)
		}
	}
	return replies
}

// scanned follows the variables that a call is given the addresses of, and that
// nothing else assigns: row.Scan(&ok).
func scanned(c *ssa.CallCommon, follow func(ssa.Value)) {
	var args []ssa.Value
	for _, a := range client.Args(c) {
		if elems := expr.Elements(a); elems != nil {
			args = append(args, elems...)
		} else {
			args = append(args, a)
		}
	}
	for _, a := range args {
		alloc, ok := client.Strip(a).(*ssa.Alloc)
		if !ok {
			continue
		}
		for _, r := range *alloc.Referrers() {
			switch r := r.(type) {
			case *ssa.UnOp:
				follow(r)
			case *ssa.FieldAddr: // sql.NullBool
				follow(r)
			}
		}
	}
}

// Answered reports whether anybody looks at the reply of a command, or gets it: an
// error that it was not sent is none.
func (f *Func) Answered(e *Event) bool {
	replies := f.Replies(e)
	for v := range replies {
		if saysError(v) || v.Referrers() == nil {
			continue
		}
		for _, r := range *v.Referrers() {
			if x, ok := r.(ssa.Value); ok && replies[x] {
				continue
			}
			if _, ok := r.(*ssa.DebugRef); !ok {
				return true
			}
		}
	}
	return false
}

// saysError reports whether a value is an error, also as any, which is what printing makes of it.
func saysError(v ssa.Value) bool {
	if x, ok := v.(*ssa.ChangeInterface); ok {
		v = x.X
	}
	return ssax.IsError(v.Type())
}

// Consulted reports whether anybody looks at what says whether an acquisition
// succeeded: a bool or an error of it, or whether its handle is nil.
func (f *Func) Consulted(e *Event) bool {
	handle := ""
	if e.Result >= 0 {
		handle = e.Key.ID()
	}
	replies := f.Replies(e)
	for v := range replies {
		if v.Referrers() == nil {
			continue
		}
		for _, r := range *v.Referrers() {
			if x, ok := r.(ssa.Value); ok && replies[x] {
				continue
			}
			switch r := r.(type) {
			case *ssa.DebugRef:
				continue
			case ssa.CallInstruction:
				// The handle is used, or a reply's method is deferred.
				if client.Receiver(r.Common()) == v && (handle != "" || !ssax.IsError(v.Type())) {
					continue
				}
			}
			if handle != "" && f.Pkg.Of(v).ID() == handle {
				if _, ok := r.(*ssa.BinOp); !ok {
					continue
				}
			}
			return true
		}
	}
	return false
}
