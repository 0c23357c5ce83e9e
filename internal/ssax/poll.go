package ssax

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// A Poll is a loop that does nothing but wait until a field has another value:
//
//	for s.running > 0 {
//		time.Sleep(time.Millisecond)
//	}
type Poll struct {
	Test  *ssa.If         // goes on or ends
	Side  int             // the successor of Test's block by which it goes on
	Load  ssa.Instruction // reads the field
	Field *ssa.FieldAddr
	Stays bool // the value of the condition while the loop goes on

	op    token.Token    // the condition compares what Load has read by it, and
	with  constant.Value // with this; nil if the condition is what Load has read
	inner bool           // the condition is about what is in a map or slice, or how much
}

// Polls returns the loops of a function that poll a field. They sleep, or let others run, between two looks, or do nothing at all.
func Polls(fn *ssa.Function) (polls []Poll) {
	seen := make(map[*ssa.BasicBlock]bool)
	for _, b := range fn.Blocks {
		if seen[b] || !idles(b) {
			continue
		}
		loop := LoopAround(b)
		for x := range loop {
			seen[x] = true
		}
		if p, ok := pollIn(fn, loop); ok {
			polls = append(polls, p)
		}
	}
	return polls
}

// idles reports whether a block sleeps, lets others run, or is a loop by itself.
func idles(b *ssa.BasicBlock) bool {
	for _, s := range b.Succs {
		if s == b {
			return true
		}
	}
	for _, instr := range b.Instrs {
		if c, ok := instr.(*ssa.Call); ok && isPause(c) {
			return true
		}
	}
	return false
}

// isPause reports whether a call only lets time pass.
func isPause(c *ssa.Call) bool {
	fn := c.Call.StaticCallee()
	if fn == nil || fn.Pkg == nil || fn.Signature.Recv() != nil {
		return false
	}
	switch path := fn.Pkg.Pkg.Path(); fn.Name() {
	case "Sleep":
		return path == "time"
	case "Gosched":
		return path == "runtime"
	}
	return false
}

// pollIn returns the poll that a loop is; ok is false if the loop does anything else, or has another end.
func pollIn(fn *ssa.Function, loop map[*ssa.BasicBlock]bool) (p Poll, ok bool) {
	for _, b := range fn.Blocks {
		if !loop[b] {
			continue
		}
		for _, instr := range b.Instrs {
			if !onlyLooks(instr) {
				return p, false
			}
		}
		branch, isIf := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !isIf {
			continue
		}
		if loop[b.Succs[0]] && loop[b.Succs[1]] {
			continue
		}
		if p.Test != nil {
			return p, false
		}
		p.Test, p.Stays = branch, loop[b.Succs[0]]
		if !p.Stays {
			p.Side = 1
		}
	}
	return p, p.Test != nil && p.looksAt(p.Test.Cond)
}

// onlyLooks reports whether an instruction changes nothing that others see: it reads, calculates, prints, or lets time pass.
func onlyLooks(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call:
		if b, ok := instr.Call.Value.(*ssa.Builtin); ok {
			return b.Name() == "len"
		}
		if a, ok := AtomicOf(&instr.Call); ok {
			return a.Op == "Load"
		}
		return isPause(instr)
	case *ssa.UnOp:
		return instr.Op != token.ARROW
	case *ssa.BinOp, *ssa.FieldAddr, *ssa.Field, *ssa.Convert, *ssa.ChangeType, *ssa.If, *ssa.Jump, *ssa.DebugRef, *ssa.Lookup, *ssa.Extract:
		return true
	}
	return false
}

// looksAt finds out what field a condition is about. It reports whether that is one, and nothing else.
func (p *Poll) looksAt(cond ssa.Value) bool {
	switch c := cond.(type) {
	case *ssa.BinOp:
		k, ok := c.Y.(*ssa.Const)
		if !ok || p.op != token.ILLEGAL {
			return false
		}
		p.op, p.with = c.Op, k.Value
		return p.looksAt(c.X)
	case *ssa.UnOp:
		switch c.Op {
		case token.NOT:
			p.Stays = !p.Stays
			return p.looksAt(c.X)
		case token.MUL:
			fa, ok := c.X.(*ssa.FieldAddr)
			p.Load, p.Field = c, fa
			return ok
		}
	case *ssa.Call:
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			p.inner = true
			return p.looksAt(c.Call.Args[0])
		}
		if a, ok := AtomicOf(&c.Call); ok && a.Op == "Load" {
			fa, ok := a.Addr.(*ssa.FieldAddr)
			p.Load, p.Field = c, fa
			return ok
		}
	case *ssa.Lookup:
		_, isConst := c.Index.(*ssa.Const)
		_, isParam := c.Index.(*ssa.Parameter)
		p.inner = true
		return (isConst || isParam) && p.looksAt(c.X)
	case *ssa.Extract:
		if l, ok := c.Tuple.(*ssa.Lookup); ok {
			return p.looksAt(l)
		}
	}
	return false
}

// Ends reports whether an instruction may give the field, or what is in the map or slice in it, a value that ends the loop. addr is what it changes;
// nil if it changes none.
func (p *Poll) Ends(instr ssa.Instruction) (addr *ssa.FieldAddr, ends bool) {
	switch in := instr.(type) {
	case *ssa.Store:
		fa, ok := in.Addr.(*ssa.FieldAddr)
		if !ok {
			return nil, false
		}
		if sum, ok := in.Val.(*ssa.BinOp); ok && sum.Op == token.ADD {
			if load, ok := sum.X.(*ssa.UnOp); ok && load.Op == token.MUL {
				if from, ok := load.X.(*ssa.FieldAddr); ok && from.Field == fa.Field && positive(sum.Y) {
					return fa, !p.grows()
				}
			}
		}
		return fa, p.mayEndWith(in.Val)
	case *ssa.Call:
		return p.changes(&in.Call)
	case *ssa.Defer:
		return p.changes(&in.Call)
	case *ssa.MapUpdate:
		if load, ok := in.Map.(*ssa.UnOp); ok && p.inner {
			fa, _ := load.X.(*ssa.FieldAddr)
			return fa, true
		}
	}
	return nil, false
}

// changes is Ends for a call.
func (p *Poll) changes(c *ssa.CallCommon) (addr *ssa.FieldAddr, ends bool) {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if name := b.Name(); (name == "delete" || name == "clear") && p.inner {
			if load, ok := c.Args[0].(*ssa.UnOp); ok {
				fa, _ := load.X.(*ssa.FieldAddr)
				return fa, true
			}
		}
		return nil, false
	}
	a, ok := AtomicOf(c)
	if !ok || a.Op == "Load" {
		return nil, false
	}
	fa, ok := a.Addr.(*ssa.FieldAddr)
	if !ok {
		return nil, false
	}
	switch {
	case a.Op == "Add" && positive(c.Args[len(c.Args)-1]):
		return fa, !p.grows()
	case a.Val != nil:
		return fa, p.mayEndWith(a.Val)
	}
	return fa, true
}

// positive reports whether a value is a constant above zero.
func positive(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && k.Value != nil && constant.Sign(k.Value) > 0
}

// grows reports whether the loop goes on all the more the larger the value is.
func (p *Poll) grows() bool {
	switch p.op {
	case token.GTR, token.GEQ:
		return p.Stays
	case token.NEQ:
		return p.Stays && p.with != nil && constant.Sign(p.with) <= 0
	case token.EQL:
		return !p.Stays && p.with != nil && constant.Sign(p.with) <= 0
	case token.LSS, token.LEQ:
		return !p.Stays
	}
	return false
}

// mayEndWith reports whether the loop may end once the field has a value.
func (p *Poll) mayEndWith(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil || p.inner {
		return true
	}
	if p.op == token.ILLEGAL {
		return k.Value.Kind() != constant.Bool || constant.BoolVal(k.Value) != p.Stays
	}
	if p.with == nil || k.Value.Kind() != p.with.Kind() {
		return true
	}
	return constant.Compare(k.Value, p.op, p.with) != p.Stays
}
