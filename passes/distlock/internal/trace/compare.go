package trace

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

// reads returns what the function reads in stores, but for those that only ask if there is something.
func (f *Func) reads() []*reading {
	reads := make([]*reading, 0, 1)
	for _, e := range f.Events {
		if e.Op == client.Read && !asksIfThere.MatchString(e.Command) {
			reads = append(reads, f.read(e))
		}
	}
	return reads
}

// compared reports whether a branch on what GET says of the key, in one of the reads, decides whether
// an event happens.
func (f *Func) compared(r *Event, reads []*reading) bool {
	for _, read := range reads {
		if read.event.Backend != r.Backend {
			continue
		}
		same := read.event.Key.ID() == r.Key.ID()
		if !same && !read.names(f, r.Key) {
			continue
		}
		replies := read.replies
		for _, b := range f.Blocks {
			branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
			if !ok || !decides(branch, r.Instr) {
				continue
			}
			cond := branch.Cond
			if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
				cond = not.X
			}
			switch cond := cond.(type) {
			case *ssa.BinOp:
				if (cond.Op == token.EQL || cond.Op == token.NEQ) && (same && comparesReply(cond, replies) || read.compares(cond)) {
					return true
				}
			case *ssa.Call:
				if same && f.comparesIn(cond, replies) {
					return true
				}
			}
		}
	}
	return false
}

// asksIfThere are commands whose replies do not say who has a lock.
var asksIfThere = lazyregexp.New(`(?i)exists|ttl`)

// comparesIn reports whether a call gives a reply to a function that says whether it is
// equal to something: of package strings, or of this package, with a comparison in it.
func (f *Func) comparesIn(call *ssa.Call, replies map[ssa.Value]bool) bool {
	callee := call.Call.StaticCallee()
	if callee == nil || !isBool(call.Type()) {
		return false
	}
	if compares(call) {
		return slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool { return replies[client.Strip(arg)] })
	}
	if f.Pkg.funcs[callee] == nil {
		return false
	}
	for i, arg := range call.Call.Args {
		if !replies[client.Strip(arg)] || ssax.IsError(arg.Type()) {
			continue
		}
		for _, r := range *callee.Params[i].Referrers() {
			if in, ok := r.(*ssa.Call); ok && compares(in) {
				return true
			}
			if cmp, ok := r.(*ssa.BinOp); ok && (cmp.Op == token.EQL || cmp.Op == token.NEQ) && comparesReply(cmp, map[ssa.Value]bool{callee.Params[i]: true}) {
				return true
			}
		}
	}
	return false
}

// compares reports whether a call of package strings compares its arguments.
func compares(call *ssa.Call) bool {
	fn := client.Callee(call.Common())
	return fn != nil && client.PkgPath(fn) == "strings" && isBool(call.Type())
}

// comparesReply reports whether a reply is compared with something that is not nil or "".
func comparesReply(cmp *ssa.BinOp, replies map[ssa.Value]bool) bool {
	for _, pair := range [][2]ssa.Value{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
		if !replies[client.Strip(pair[0])] || pair[0].Type().String() == "error" {
			continue
		}
		if k, ok := pair[1].(*ssa.Const); ok && (k.Value == nil || k.Value.ExactString() == `""`) {
			return false
		}
		return true
	}
	return false
}

// decides reports whether an instruction is on one side of a branch only.
func decides(branch *ssa.If, in ssa.Instruction) bool {
	for _, s := range branch.Block().Succs {
		if len(s.Preds) == 1 && s.Dominates(in.Block()) {
			return true
		}
		// A condition that leaves the function: what follows is the other side.
		other := branch.Block().Succs[0]
		if other == s {
			other = branch.Block().Succs[1]
		}
		if s.Dominates(in.Block()) && s != in.Block().Parent().Blocks[0] && !reaches(other, s) {
			return true
		}
	}
	return false
}

// reaches reports whether a block is another one, or can run before it.
func reaches(from, to *ssa.BasicBlock) bool {
	return from == to || ssax.NewOrder(from.Parent()).After(from, to)
}

// Watched reports whether a function runs in a WATCH of keys, where a change by
// somebody else makes what follows fail.
func (f *Func) Watched() bool {
	for fn := f.Function; fn != nil; fn = fn.Parent() {
		for _, p := range fn.Params {
			if pkg, name := client.Named(p.Type()); name == "Tx" && client.Known(pkg) && !client.SQL(pkg) {
				return true
			}
		}
	}
	return false
}

// Guarded reports whether an event is part of a transaction that fails if a key
// that is watched has changed: it is made on the transaction, or on a pipeline.
func (e *Event) Guarded() bool {
	return e.Fn.Watched() && (e.Depth > 0 || e.Queued || client.Transacts(e.On))
}
