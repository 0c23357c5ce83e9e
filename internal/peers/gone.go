package peers

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// departed tells why a goroutine that receives may receive no more, which the sender, who holds the lock, cannot know; nil if the code
// does not show that it may.
func (a *asker) departed(send, p *Op) *Bound {
	if b := a.left(send, p); b != nil {
		return b
	}
	if b := a.gone(p); b != nil {
		return b
	}
	return a.abandoned(send, p)
}

// gone tells why a goroutine that receives in a loop may receive no more when a call in the loop has failed: it has left
// the loop, and wants the lock before it tells anybody, or it has ended and tells nobody. Who holds the lock, and
// sends, cannot know of it. It is nil if the code does not show that.
func (a *asker) gone(p *Op) *Bound {
	f := a.funcs[p.Fn]
	if !a.same || !f.Loops(p.Instr) {
		return nil
	}
	way := leaving{asker: a, p: p, f: f}
	at := p.Instr.Block()
	var ended *Bound
	for _, b := range p.Fn.Blocks {
		if !f.After(at, b) || !f.After(b, at) {
			continue
		}
		failed := failing(b)
		if failed == nil || f.After(failed, at) {
			continue
		}
		way.seen = map[*ssa.BasicBlock]bool{at: true}
		bound := way.from(failed)
		switch {
		case bound == nil:
		case !bound.Ended:
			return bound
		case ended == nil && a.startsOnce(p):
			ended = bound
		}
	}
	return ended
}

// abandoned tells why a goroutine may have given up waiting for a message, although the channel that it has made for it is still
// on the list in which the sender has found it, or in a literal of its own that sends: another case of the select statement has ended the wait, and the goroutine
// wants the lock to say so, or never does. It is nil if the code does not show that.
func (a *asker) abandoned(send, p *Op) *Bound {
	sel, ok := p.Instr.(*ssa.Select)
	makes := p.class.Makes
	if !ok || len(makes) != 1 || makes[0].Cap != 0 || makes[0].Instr.Parent() != p.Fn || a.listOf(send.Chan, 0) == nil && !a.sendsFor(send, p) {
		return nil
	}
	way := leaving{asker: a, p: p, f: a.funcs[p.Fn]}
	for i := range sel.States {
		next := ssax.Case(sel, i)
		if i == p.Case || next == nil || way.f.After(next, sel.Block()) {
			continue
		}
		way.seen = make(map[*ssa.BasicBlock]bool)
		if bound := way.from(next); bound != nil {
			return bound
		}
	}
	return nil
}

// sendsFor reports whether a literal of the function that receives sends, or a function that it alone starts, with a lock held of an object that the
// function was given: others want it when the function has given up. A lock of what it has made itself, as tests do, is nobody's by then.
func (a *asker) sendsFor(send, p *Op) bool {
	var start *edge
	if in := a.funcs[send.Fn].in; len(in) == 1 && in[0].kind == spawns && in[0].caller == p.Fn && !a.funcs[send.Fn].open {
		start = in[0]
	}
	if start == nil && !ssax.Within(send.Fn, p.Fn) || a.asked.Root != send.Fn || ssax.InTest(p.Fn) {
		return false
	}
	root := path.Concrete(a.asked.Lock.Lock).Root()
	var given ssa.Value
	switch {
	case root.Kind == path.Global:
		return true
	case root.Kind == path.FreeVar && root.Index < len(send.Fn.FreeVars):
		given = path.Binding(send.Fn.FreeVars[root.Index])
	case root.Kind == path.Param && start != nil && root.Index < len(start.args):
		given = start.args[root.Index]
	}
	if local, ok := given.(*ssa.Alloc); ok {
		given = ssax.OnlyStore(local)
	}
	_, isParam := given.(*ssa.Parameter)
	return isParam
}

// failing returns the block to which the branch at the end of b leads when a call of the function has failed; nil if the branch
// asks for something else. An error of a call that gets a context says perhaps that somebody has ended the
// context, which that one knows.
func failing(b *ssa.BasicBlock) *ssa.BasicBlock {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.NEQ && cond.Op != token.EQL || !ssax.IsNil(cond.Y) || !types.Identical(cond.X.Type(), types.Universe.Lookup("error").Type()) {
		return nil
	}
	v := ssax.Origin(cond.X)
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok || takesContext(&call.Call) || neverFails(call.Call.StaticCallee()) {
		return nil
	}
	if cond.Op == token.NEQ {
		return b.Succs[0]
	}
	return b.Succs[1]
}

// neverFails reports whether the error of a function is always nil: its body returns nothing else, or it works in memory alone.
func neverFails(fn *ssa.Function) bool {
	if fn == nil || fn.Pkg == nil {
		return false
	}
	switch fn.Pkg.Pkg.Path() {
	case "bytes", "strings", "hash":
		return true // they work in memory, and fail, if at all, at the end of what they read
	}
	for _, results := range ssax.Returns(fn) {
		if len(results) > 0 && !ssax.IsNil(results[len(results)-1]) {
			return false
		}
	}
	return len(fn.Blocks) > 0
}

// takesContext reports whether a call gets a context, or is a method of one.
func takesContext(c *ssa.CallCommon) bool {
	isContext := func(t types.Type) bool {
		named, ok := types.Unalias(t).(*types.Named)
		return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
	}
	for _, arg := range c.Args {
		if isContext(arg.Type()) {
			return true
		}
	}
	return c.IsInvoke() && isContext(c.Value.Type())
}

// leaving goes the ways on which a goroutine leaves the loop in which it receives.
type leaving struct {
	*asker
	p    *Op
	f    *function
	seen map[*ssa.BasicBlock]bool
}

// from returns what becomes of a goroutine that comes to a block, nil if it may tell somebody that it has left the loop.
func (l *leaving) from(b *ssa.BasicBlock) *Bound {
	if l.seen[b] {
		return nil
	}
	l.seen[b] = true
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.RunDefers:
			if bound, on := l.deferred(b); !on {
				return bound
			}
			continue
		case *ssa.Return:
			return &Bound{Op: l.p, Ended: true, End: instr.Pos()}
		case *ssa.Defer:
			continue
		}
		if bound := l.wants(instr); bound != nil {
			return bound
		}
		if l.tells(instr, 0) {
			return nil
		}
	}
	var ended *Bound
	for _, s := range b.Succs {
		bound := l.from(s)
		if bound != nil && !bound.Ended {
			return bound
		}
		if len(b.Succs) == 1 {
			ended = bound // what a condition of its own says of the failure may be known to others
		}
	}
	return ended
}

// wants returns the lock that an instruction waits for, if it is the one that the sender holds.
func (l *leaving) wants(instr ssa.Instruction) *Bound {
	for _, q := range l.acquires(l.p.Fn, l.class) {
		if q.at != instr || !l.conflicts(q) || !l.matches(q.lock, l.name(l.p.Chan)) {
			continue
		}
		for _, e := range l.f.out[instr] {
			if l.tellsFirst(e.callee, 0) {
				return nil
			}
		}
		return &Bound{Op: l.p, Steps: q.steps, Left: true}
	}
	return nil
}

// deferred looks at the calls that are deferred where the function returns in block b. It reports whether
// the goroutine gets beyond them without a word.
func (l *leaving) deferred(b *ssa.BasicBlock) (bound *Bound, on bool) {
	var defers []*ssa.Defer
	for _, d := range l.p.Fn.Blocks {
		for _, instr := range d.Instrs {
			if d, ok := instr.(*ssa.Defer); ok {
				switch {
				case d.Block().Dominates(b):
					defers = append(defers, d)
				case l.f.After(d.Block(), b):
					return nil, false
				}
			}
		}
	}
	for i := len(defers) - 1; i >= 0; i-- {
		if bound := l.wants(defers[i]); bound != nil {
			return bound, false
		}
		if l.tells(defers[i], 0) {
			return nil, false
		}
	}
	return nil, true
}

// tellsFirst reports whether a function may tell others something before it waits for the lock.
func (l *leaving) tellsFirst(fn *ssa.Function, depth int) bool {
	if depth > limits.MaxCalls {
		return true
	}
	f := l.funcs[fn]
	var lock ssa.Instruction
	for _, q := range l.acquires(fn, l.class) {
		if l.conflicts(q) {
			lock = q.at
			break
		}
	}
	if lock == nil {
		return true
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, deferred := instr.(*ssa.Defer); !deferred && instr != lock && f.Precedes(instr, lock, nil) && l.tells(instr, 0) {
				return true
			}
		}
	}
	for _, e := range f.out[lock] {
		if l.tellsFirst(e.callee, depth+1) {
			return true
		}
	}
	return false
}

// tells reports whether others may learn from an instruction that the goroutine has come to it: it writes to memory, acts on a
// channel, or calls what does, or what is not known.
func (l *leaving) tells(instr ssa.Instruction, depth int) bool {
	switch instr := instr.(type) {
	case *ssa.Store:
		_, local := ssax.Base(instr.Addr).(*ssa.Alloc)
		return !local
	case *ssa.MapUpdate, *ssa.Send, *ssa.Select, *ssa.Go, *ssa.Panic:
		return true
	case *ssa.UnOp:
		return instr.Op == token.ARROW
	case ssa.CallInstruction:
		return l.callTells(instr, depth)
	}
	return false
}

// callTells is tells for a call.
func (l *leaving) callTells(call ssa.CallInstruction, depth int) bool {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return b.Name() == "close" || b.Name() == "delete" || b.Name() == "clear" || b.Name() == "copy"
	}
	var fn *types.Func
	if c.IsInvoke() {
		fn = c.Method
	} else if callee := c.StaticCallee(); callee != nil {
		fn, _ = callee.Object().(*types.Func)
	}
	if fn != nil && (saysOnly(fn) || fn.Pkg() != nil && quiet[fn.Pkg().Path()]) {
		return false
	}
	edges := l.funcs[call.Parent()].out[call]
	if len(edges) != 1 || edges[0].kind == spawns || depth > limits.MaxCalls || c.IsInvoke() {
		return true
	}
	callee := edges[0].callee
	if len(l.acquires(callee, l.class)) > 0 || len(callee.Blocks) == 0 {
		return true
	}
	for _, b := range callee.Blocks {
		for _, instr := range b.Instrs {
			if l.tells(instr, depth+1) {
				return true
			}
		}
	}
	return false
}

// quiet are packages whose functions act on nothing but what they are given and return.
var quiet = map[string]bool{"errors": true, "fmt": true, "strconv": true, "strings": true, "log": true, "log/slog": true, "time": true, "context": true}

// sayings are how the names of functions begin that write to a log, or say what an error is.
var sayings = []string{"Print", "Debug", "Info", "Warn", "Error", "Trace", "Log", "With"}

// saysOnly reports whether a function, as its name says, does nothing but write to a log.
func saysOnly(fn *types.Func) bool {
	for _, s := range sayings {
		if strings.HasPrefix(fn.Name(), s) {
			return true
		}
	}
	return false
}

// startsOnce reports whether the function of an operation is run by one goroutine alone, which is started where the channel is
// made: when it has ended nobody takes its place.
func (a *asker) startsOnce(p *Op) bool {
	f := a.funcs[p.Fn]
	if f.open || len(f.in) != 1 || f.in[0].kind != spawns || len(p.class.Makes) != 1 {
		return false
	}
	start := f.in[0]
	m := p.class.Makes[0]
	return m.Instr.Parent() == start.caller && m.Cap == 0 && ssax.Dominates(m.Instr, start.instr) && !a.funcs[start.caller].Loops(start.instr)
}
