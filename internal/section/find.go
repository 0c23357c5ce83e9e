package section

import (
	"cmp"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// Find returns the operations and sections of functions of a package. slow are the slowest
// operations of its sections, as package flow has found them.
func Find(pkg *types.Package, fset *token.FileSet, funcs []*ssa.Function, slow []flow.SlowSection) *Package {
	f := &finder{fset: fset, table: path.NewTable(), slow: make(map[ssa.Instruction]*flow.SlowSection), effects: make(map[*ssa.Function]*effect), out: &Package{Pkg: pkg.Path()}}
	for i := range slow {
		f.slow[slow[i].Site] = &slow[i]
	}
	for _, fn := range funcs {
		f.function(fn)
	}
	return f.out
}

type finder struct {
	fset    *token.FileSet
	table   *path.Table
	slow    map[ssa.Instruction]*flow.SlowSection
	effects map[*ssa.Function]*effect
	out     *Package
}

// A lockOp is a lock operation of a function.
type lockOp struct {
	instr ssa.CallInstruction
	op    model.Op
	class string
}

// lockOpOf returns what an instruction does to a lock; ok is false if nothing.
func (f *finder) lockOpOf(instr ssa.Instruction) (o lockOp, ok bool) {
	call, isCall := instr.(ssa.CallInstruction)
	if !isCall {
		return o, false
	}
	c := call.Common()
	var fn *types.Func
	var recv ssa.Value
	if c.IsInvoke() {
		fn, recv = c.Method, c.Value
	} else if callee := c.StaticCallee(); callee != nil && len(c.Args) > 0 {
		fn, _ = callee.Object().(*types.Func)
		recv = c.Args[0]
	}
	if fn == nil {
		return o, false
	}
	if bound, isBound := c.Value.(*ssa.MakeClosure); isBound && len(bound.Bindings) > 0 {
		recv = bound.Bindings[0] // defer through a method value
	}
	op := model.OpOf(fn)
	switch op.Kind {
	case model.Lock, model.TryLock, model.Unlock, model.Wait:
		return lockOp{call, op, f.class(instr.Parent(), recv)}, true
	}
	return o, false
}

// class names a lock or channel. A channel that is a parameter or made by the function is
// named after these.
func (f *finder) class(fn *ssa.Function, v ssa.Value) string {
	if class := f.name(v).ClassIn(fn); class != "" {
		return class
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return fn.String() + "." + v.Name() + "@" + fmt.Sprint(f.line(fn.Pos()))
	case *ssa.MakeChan:
		return fn.String() + ".chan@" + fmt.Sprint(f.line(v.Pos()))
	case *ssa.UnOp:
		if fv, ok := v.X.(*ssa.FreeVar); ok {
			return fn.String() + "." + fv.Name() + "@" + fmt.Sprint(f.line(fn.Pos()))
		}
	case *ssa.ChangeType:
		return f.class(fn, v.X)
	case *ssa.MakeInterface:
		return f.class(fn, v.X)
	}
	return ""
}

// name writes a value as the function it belongs to names it.
func (f *finder) name(v ssa.Value) *path.Node {
	t := f.table
	switch v := v.(type) {
	case *ssa.Parameter:
		return t.Param(max(0, slices.Index(v.Parent().Params, v)))
	case *ssa.FreeVar:
		return t.FreeVar(max(0, slices.Index(v.Parent().FreeVars, v)))
	case *ssa.Global:
		return t.Global(path.GlobalName(v))
	case *ssa.FieldAddr:
		name, owner, embedded := path.StructField(v.X.Type(), v.Field)
		return f.field(v.X, name, owner, embedded)
	case *ssa.Field:
		name, owner, embedded := path.StructField(v.X.Type(), v.Field)
		return f.field(v.X, name, owner, embedded)
	case *ssa.UnOp:
		if x := f.name(v.X); v.Op == token.MUL && !x.TooDeep() {
			return t.Deref(x)
		}
	case *ssa.IndexAddr:
		if x := f.name(v.X); !x.TooDeep() {
			return t.Elem(x, t.Value(v.Index, 0))
		}
	case *ssa.Lookup:
		if x := f.name(v.X); !x.TooDeep() {
			return t.Elem(x, t.Value(v.Index, 0))
		}
	case *ssa.Call:
		if model.OpOf(calleeOf(v)).Kind == model.RLocker {
			return t.RLocker(f.name(v.Call.Args[0]))
		}
	case *ssa.ChangeType:
		return f.name(v.X)
	case *ssa.ChangeInterface:
		return f.name(v.X)
	case *ssa.MakeInterface:
		return f.name(v.X)
	}
	return t.Value(v, 0)
}

func (f *finder) field(x ssa.Value, name, owner string, embedded bool) *path.Node {
	n := f.name(x)
	if n.TooDeep() {
		return n
	}
	return f.table.Field(n, name, owner, embedded)
}

func calleeOf(c *ssa.Call) *types.Func {
	if fn := c.Call.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

func (f *finder) line(pos token.Pos) int { return f.fset.Position(pos).Line }

// op adds an operation.
func (f *finder) op(fn *ssa.Function, o Op, pos token.Pos) {
	p := f.fset.Position(pos)
	if p.IsValid() {
		o.File, o.Line, o.Func = p.Filename, p.Line, flow.FuncName(fn)
		f.out.Ops = append(f.out.Ops, o)
	}
}

// function finds what is in one function.
func (f *finder) function(fn *ssa.Function) {
	if fn.Syntax() == nil || len(fn.Blocks) == 0 {
		return
	}
	var locks []lockOp
	var deferred []string
	taken, given := make(map[string]bool), make(map[string]bool)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f.channelOp(fn, instr)
			o, ok := f.lockOpOf(instr)
			if !ok {
				continue
			}
			_, isDefer := instr.(*ssa.Defer)
			if _, isGo := instr.(*ssa.Go); isGo {
				continue
			}
			switch o.op.Kind {
			case model.Lock, model.TryLock:
				f.op(fn, Op{Kind: Lock, Class: o.class, Read: o.op.Mode == model.Read}, instr.Pos())
				if !isDefer {
					locks = append(locks, o)
				}
				taken[o.class] = true
			case model.Unlock:
				f.op(fn, Op{Kind: Unlock, Class: o.class, Read: o.op.Mode == model.Read, Deferred: isDefer}, instr.Pos())
				given[o.class] = true
				if isDefer && !slices.Contains(deferred, o.class) {
					deferred = append(deferred, o.class)
				}
			case model.Wait:
				f.op(fn, Op{Kind: Wait, Class: o.class}, instr.Pos())
			}
		}
	}
	// A deferred literal gives locks back, too.
	for _, lit := range fn.AnonFuncs {
		for _, b := range lit.Blocks {
			for _, instr := range b.Instrs {
				if o, ok := f.lockOpOf(instr); ok && o.op.Kind == model.Unlock && isDeferred(fn, lit) {
					given[o.class] = true
					if !slices.Contains(deferred, o.class) {
						deferred = append(deferred, o.class)
					}
				}
			}
		}
	}
	info := Func{Name: flow.FuncName(fn), Deferred: deferred}
	for class := range taken {
		if !given[class] {
			info.Wraps = append(info.Wraps, class)
		}
	}
	for class := range given {
		if !taken[class] {
			info.Wraps = append(info.Wraps, class)
		}
	}
	slices.Sort(info.Wraps)
	if len(info.Deferred)+len(info.Wraps) > 0 {
		from, to := f.fset.Position(fn.Syntax().Pos()), f.fset.Position(fn.Syntax().End())
		info.File, info.From, info.To = from.Filename, from.Line, to.Line
		f.out.Funcs = append(f.out.Funcs, info)
	}
	for _, o := range locks {
		f.section(fn, o, deferred)
	}
}

// isDeferred reports whether a function defers a literal of its own.
func isDeferred(fn, lit *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok {
				if d.Call.StaticCallee() == lit {
					return true
				}
			}
		}
	}
	return false
}

// channelOp adds an operation that may wait for another goroutine by other means than a lock.
func (f *finder) channelOp(fn *ssa.Function, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		f.op(fn, Op{Kind: Send, Class: f.class(fn, instr.Chan)}, instr.Pos())
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			f.op(fn, Op{Kind: Receive, Class: f.class(fn, instr.X)}, instr.Pos())
		}
	case *ssa.Select:
		kind, class := Select, ""
		if len(instr.States) == 1 && instr.Blocking {
			class = f.class(fn, instr.States[0].Chan)
		}
		f.op(fn, Op{Kind: kind, Class: class}, instr.Pos())
	case *ssa.MakeChan:
		size := -1
		if c, ok := instr.Size.(*ssa.Const); ok && c.Value != nil {
			if n, ok := constant.Int64Val(c.Value); ok {
				size = int(n)
			}
		}
		class := f.class(fn, instr)
		for _, ref := range *instr.Referrers() {
			if s, ok := ref.(*ssa.Store); ok && s.Val == instr {
				class = cmp.Or(f.class(fn, s.Addr), class)
			}
		}
		f.op(fn, Op{Kind: Make, Class: class, Cap: size}, instr.Pos())
	case ssa.CallInstruction:
		c := instr.Common()
		if callee := c.StaticCallee(); callee != nil && len(c.Args) > 0 {
			if obj, ok := callee.Object().(*types.Func); ok && obj.FullName() == "(*sync.WaitGroup).Wait" {
				f.op(fn, Op{Kind: Wait, Class: f.class(fn, c.Args[0])}, instr.Pos())
			}
		}
	}
}

// section follows the paths from an acquisition to where the lock is given back.
func (f *finder) section(fn *ssa.Function, o lockOp, deferred []string) {
	if o.class == "" {
		return
	}
	pos := f.fset.Position(o.instr.Pos())
	s := Section{Class: o.class, Func: flow.FuncName(fn), File: pos.Filename, Read: o.op.Mode == model.Read, Acquire: pos.Line, From: pos.Line, To: pos.Line,
		Deferred: slices.Contains(deferred, o.class)}
	e := newEffect()
	seen := make(map[*ssa.BasicBlock]bool)
	loops := loopBlocks(fn)
	var follow func(b *ssa.BasicBlock, from int)
	follow = func(b *ssa.BasicBlock, from int) {
		for _, instr := range b.Instrs[from:] {
			if l := f.line(instr.Pos()); l > 0 {
				s.From, s.To = min(s.From, l), max(s.To, l)
			}
			if other, ok := f.lockOpOf(instr); ok {
				if _, isDefer := instr.(*ssa.Defer); !isDefer && other.op.Kind == model.Unlock && other.class == o.class {
					if l := f.line(instr.Pos()); !slices.Contains(s.Releases, l) {
						s.Releases = append(s.Releases, l)
					}
					return
				}
				continue
			}
			f.instruction(e, instr, loops[b], 0)
		}
		for _, next := range b.Succs {
			if !seen[next] {
				seen[next] = true
				follow(next, 0)
			}
		}
	}
	b := o.instr.Block()
	follow(b, slices.Index(b.Instrs, ssa.Instruction(o.instr))+1)
	if s.Deferred {
		s.To = max(s.To, f.line(fn.Syntax().End()))
	}
	slices.Sort(s.Releases)
	e.into(&s)
	if slow := f.slow[o.instr]; slow != nil {
		last := slow.Again[len(slow.Again)-1]
		p := f.fset.Position(last.Pos)
		if !last.Pos.IsValid() {
			p = token.Position{Filename: last.File, Line: last.Line}
		}
		s.Slow = &Slow{slow.Op.Name, slow.Op.Slow.Does(), slow.Op.Slow.Category(), last.Func, p.Filename, p.Line, f.line(slow.Pos)}
	}
	f.out.Sections = append(f.out.Sections, s)
}

// loopBlocks returns the blocks of a function that lie in a loop.
func loopBlocks(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	in := make(map[*ssa.BasicBlock]bool)
	for _, b := range fn.Blocks {
		seen := make(map[*ssa.BasicBlock]bool)
		work := slices.Clone(b.Succs)
		for len(work) > 0 && !in[b] {
			x := work[len(work)-1]
			work = work[:len(work)-1]
			if x == b {
				in[b] = true
			}
			if !seen[x] {
				seen[x] = true
				work = append(work, x.Succs...)
			}
		}
	}
	return in
}
