package distlock

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// flagWords are words, beside termWords, for a flag that says that a lock is held.
var flagWords = words.Of(`held holds holding locked owner owns acquired active`)

// flagStays: a flag says that this process leads, and nothing resets it when the lock is lost.
func flagStays(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued || !c.repeated(a) {
			return
		}
		s := c.section(a)
		if len(s.heldReleases()) > 0 {
			return
		}
		for _, b := range a.Fn.Blocks {
			for _, in := range b.Instrs {
				if !s.held.Visited[in] || s.lost.Visited[in] {
					continue
				}
				addr := raised(in)
				if addr == nil {
					continue
				}
				if flag := c.pkg.Of(addr); (words.Has(flag.Name, termWords) || words.Has(flag.Name, flagWords)) && c.neverReset(flag) {
					name, _ := spell(flag)
					c.reportf(in, "this process leads on when it has lost the lock: nothing sets %s to false again", name)
				}
			}
		}
	})
}

// repeated reports whether a lock is tried to be acquired again and again.
func (c *checker) repeated(a *trace.Event) bool {
	return ssax.InLoop(a.Instr.Block()) || slices.ContainsFunc(c.callers()[a.Fn.Function], func(call ssa.CallInstruction) bool { return ssax.InLoop(call.Block()) })
}

// raised returns the address of the bool, or of the atomic one, that an instruction sets to true; nil if it does not.
func raised(in ssa.Instruction) ssa.Value {
	switch in := in.(type) {
	case *ssa.Store:
		if isTrue(in.Val) {
			return in.Addr
		}
	case *ssa.Call:
		if a, ok := ssax.AtomicOf(in.Common()); ok && a.Op == "Store" && isTrue(a.Val) {
			return a.Addr
		}
	}
	return nil
}

// isTrue reports whether a value is the constant true, or 1 in a variable of package atomic.
func isTrue(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ssax.IsTrue(v) || ok && k.Value != nil && k.Value.ExactString() == "1"
}

// neverReset reports whether the package sets a field of its own to true only, and reads it.
func (c *checker) neverReset(flag *expr.Expr) bool {
	if flag.Kind != expr.Field || flag.OwnerPkg != c.pkg.Pkg.Path() || ast.IsExported(flag.Name) && c.pkg.Pkg.Name() != "main" {
		return false
	}
	read := false
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.Store:
					if _, local := in.Addr.(*ssa.Alloc); !local && types.Identical(in.Val.Type(), flag.OwnerType) {
						return false // the struct is set as a whole
					}
				case *ssa.Field:
					if sameField(c.pkg.Of(in), flag) {
						read = true
					}
				case *ssa.FieldAddr:
					if !sameField(c.pkg.Of(in), flag) {
						continue
					}
					reads, raises := usesOfFlag(in)
					if !raises {
						return false
					}
					read = read || reads
				}
			}
		}
	}
	return read
}

// usesOfFlag tells what is done with the address of a flag; ok is false if that is more than to read it and to set it to true.
func usesOfFlag(addr *ssa.FieldAddr) (reads, ok bool) {
	for _, r := range *addr.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			reads = true
		case *ssa.Store, *ssa.Call:
			if call, isCall := r.(*ssa.Call); isCall {
				if a, ok := ssax.AtomicOf(call.Common()); ok && a.Op == "Load" {
					reads = true
					continue
				}
			}
			if raised(r) != addr {
				return false, false
			}
		default:
			return false, false
		}
	}
	return reads, true
}

// deadCampaign: the session has ended, and the next campaign is tried with it.
func deadCampaign(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Command != "Campaign" || a.Depth > 0 || a.Mode != trace.Now || !ssax.InLoop(a.Instr.Block()) {
			return
		}
		for _, b := range a.Fn.Blocks {
			for _, in := range b.Instrs {
				sel, ok := in.(*ssa.Select)
				if !ok {
					continue
				}
				for i, state := range sel.States {
					done, ok := state.Chan.(*ssa.Call)
					if !ok || state.Dir != types.RecvOnly {
						continue
					}
					if fn := client.Callee(done.Common()); fn == nil || fn.Name() != "Done" || !strings.HasSuffix(client.PkgPath(fn), "/concurrency") {
						continue
					}
					if ended := ssax.Case(sel, i); ended != nil && c.campaignsAgain(ended, a.Instr) {
						c.reportf(a.Instr, "this process never leads again: its session has ended at %s, and is used in the next campaign", c.pos(ended.Instrs[0]))
						return
					}
				}
			}
		}
	})
}

// campaignsAgain reports whether a path leads from a block to a campaign, and all that do make no new session.
func (c *checker) campaignsAgain(from *ssa.BasicBlock, campaign ssa.Instruction) bool {
	again, renews := false, false
	seen := make(map[*ssa.BasicBlock]bool)
	var follow func(b *ssa.BasicBlock)
	follow = func(b *ssa.BasicBlock) {
		if seen[b] {
			return
		}
		seen[b] = true
		for _, in := range b.Instrs {
			if in == campaign {
				again = true
				return
			}
			if call, ok := in.(ssa.CallInstruction); ok && c.mayRenew(call, 0) {
				renews = true
			}
		}
		for _, s := range b.Succs {
			follow(s)
		}
	}
	follow(from)
	return again && !renews
}

// mayRenew reports whether a call may make a new session, or runs what cannot be seen.
func (c *checker) mayRenew(call ssa.CallInstruction, depth int) bool {
	fn := call.Common().StaticCallee()
	switch obj := client.Callee(call.Common()); {
	case obj != nil && (obj.Name() == "NewSession" || obj.Name() == "NewElection" || obj.Name() == "ResumeElection"):
		return true
	case obj != nil && obj.Pkg() != nil && obj.Pkg() != c.pkg.Pkg:
		return false // other packages do not know the fields
	case fn == nil || len(fn.Blocks) == 0 || depth > 4:
		_, builtin := call.Common().Value.(*ssa.Builtin)
		return !builtin
	}
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(b.Instrs, func(in ssa.Instruction) bool {
			inner, ok := in.(ssa.CallInstruction)
			return ok && c.mayRenew(inner, depth+1)
		})
	})
}

// runsOnce: client-go's elector returns when the lease is lost, and the process goes on without.
func runsOnce(c *checker) {
	for _, name := range []string{"RunOrDie", "Run"} {
		c.calls("/leaderelection", name, func(f *trace.Func, call *ssa.Call) {
			if ssax.InLoop(call.Block()) || !c.stopsQuietly(f) || !c.staysAfter(call) {
				return
			}
			c.reportf(call, "this process never leads again when it has lost the lease: %s returns then, and is not called again", name)
		})
	}
}

// stopsQuietly reports whether a function, or the one around it, sets OnStoppedLeading to what ends nothing.
func (c *checker) stopsQuietly(f *trace.Func) bool {
	for fn := f.Function; fn != nil; fn = fn.Parent() {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				field, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || c.pkg.Of(field).Name != "OnStoppedLeading" {
					continue
				}
				stopped := function(store.Val)
				return stopped != nil && !ends(stopped)
			}
		}
	}
	return false
}

// staysAfter reports whether the process goes on after a call: its function waits for something else then, or is a goroutine that ends and tells nobody.
func (c *checker) staysAfter(call *ssa.Call) bool {
	fn := call.Parent()
	found, stays := false, true
	seen := make(map[*ssa.BasicBlock]bool)
	var follow func(b *ssa.BasicBlock, i int)
	follow = func(b *ssa.BasicBlock, i int) {
		for _, in := range b.Instrs[i:] {
			switch in := in.(type) {
			case *ssa.Return:
				found = true
				stays = stays && c.aside(fn)
			case *ssa.UnOp:
				if in.Op == token.ARROW {
					found = true
					return
				}
			case *ssa.Select:
				if in.Blocking {
					found = true
					return
				}
			}
			stays = stays && !trace.ActsLate(in)
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				follow(s, 0)
			}
		}
	}
	follow(call.Block(), slices.Index(call.Block().Instrs, ssa.Instruction(call))+1)
	return found && stays
}
