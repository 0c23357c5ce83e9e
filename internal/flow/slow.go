package flow

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// Slow is the slowest operation that a function may run before it returns, for
// callers that hold locks meanwhile. What it does under locks of its own is reported
// where it does it.
type Slow struct {
	Op    *model.SlowOp
	Gone  []*path.Node // what of the callers' locks has been released by then
	Guard []Literal
	Steps []*Step
}

// A SlowSection is an acquisition and the slowest operation that the function may run
// before it releases the lock.
type SlowSection struct {
	Fn    *ssa.Function
	Lock  *path.Node
	Mode  model.Mode
	Site  ssa.Instruction // the acquisition
	First []*Step
	Op    *model.SlowOp
	Pos   token.Pos // the operation, or the call that leads to it
	Again []*Step
}

// slowCall records a call of a function that the model calls slow. It reports whether
// it does.
func (w *walker) slowCall(s *state, instr ssa.CallInstruction, fn *types.Func) bool {
	if !w.env.Slow() || model.Waits(fn) {
		return false
	}
	of := calledAs(instr.Common())
	op := model.SlowOf(fn, of)
	if op != nil {
		w.slow(s, instr, Slow{Op: op, Gone: w.gone(s), Guard: w.guard(s), Steps: []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls " + op.Name}}})
	}
	return op != nil || model.IsQuick(fn, of)
}

// calledAs returns the type that the source calls the method of: that of the value,
// or of the struct that has the value's type embedded.
func calledAs(c *ssa.CallCommon) types.Type {
	if c.IsInvoke() {
		return c.Value.Type()
	}
	if c.Value == nil { // the call is one of the walk's own, of a function that something keeps
		return nil
	}
	if c.Signature().Recv() == nil || len(c.Args) == 0 {
		return nil
	}
	recv := c.Args[0]
	if load, ok := recv.(*ssa.UnOp); ok && load.Op == token.MUL {
		recv = load.X
	}
	switch f := recv.(type) {
	case *ssa.FieldAddr:
		if _, _, embedded := path.StructField(f.X.Type(), f.Field); embedded {
			return f.X.Type()
		}
	case *ssa.Field:
		if _, _, embedded := path.StructField(f.X.Type(), f.Field); embedded {
			return f.X.Type()
		}
	}
	return recv.Type()
}

// slowWait records an operation that waits for another goroutine. dropped is a lock
// that it gives back meanwhile.
func (w *walker) slowWait(s *state, instr ssa.Instruction, dropped *path.Node, steps []*Step) {
	if !w.env.Slow() {
		return
	}
	op := w.waitOp(s, instr)
	if op == nil {
		return
	}
	gone := w.gone(s)
	if dropped != nil {
		gone = append(gone, dropped)
	}
	w.slow(s, instr, Slow{Op: op, Gone: gone, Guard: w.guard(s), Steps: steps})
}

// waitOp says what an instruction waits for; nil if it will find a room in the
// channel's buffer, as far as can be seen.
func (w *walker) waitOp(s *state, instr ssa.Instruction) *model.SlowOp {
	switch instr := instr.(type) {
	case *ssa.Send:
		if w.buffered(s, instr.Chan) {
			return nil
		}
		return model.Send
	case *ssa.UnOp:
		if len(*instr.Referrers()) == 0 && w.buffered(s, instr.X) {
			return nil // a token put back
		}
		return model.Receive
	case *ssa.Select:
		if slices.ContainsFunc(instr.States, func(st *ssa.SelectState) bool { return st.Dir == types.SendOnly && w.buffered(s, st.Chan) }) {
			return nil
		}
		return model.Select
	case ssa.CallInstruction:
		if fn := instr.Common().StaticCallee(); fn != nil {
			obj, _ := fn.Object().(*types.Func)
			return model.SlowOf(obj, nil)
		}
	}
	return nil
}

// buffered reports whether a channel is known to have a buffer.
func (w *walker) buffered(s *state, ch ssa.Value) bool {
	n := w.node(s, ch)
	if made, ok := n.Val.(*ssa.MakeChan); ok && n.Kind == path.Value {
		return HasBuffer(made)
	}
	return n.Kind == path.Deref && w.env.Buffered(w.t.Cell(n.X))
}

// HasBuffer reports whether a new channel has a buffer. One whose size is computed
// is made for those who use it.
func HasBuffer(made *ssa.MakeChan) bool {
	size, ok := made.Size.(*ssa.Const)
	return !ok || size.Value == nil || constant.Sign(size.Value) > 0
}

// slowCallee records what a callee may run for long.
func (w *walker) slowCallee(s *state, instr ssa.CallInstruction, c Callee, call *Step) {
	slow := c.Summary.Slow
	if slow == nil || !w.feasible(s, instr, c, slow.Guard, true) {
		return
	}
	own := Slow{Op: slow.Op, Gone: w.gone(s), Steps: w.via(call, slow.Steps)}
	for _, g := range slow.Gone {
		lock := w.translate(s, g, c, instr)
		if lock == nil {
			return // released, and nobody knows what
		}
		own.Gone = append(own.Gone, lock)
	}
	for _, h := range s.locks.Held() {
		if slices.Contains(c.Summary.Strays, h.Lock.Class()) {
			own.Gone = append(own.Gone, h.Lock)
		}
	}
	own.Guard = append(w.guard(s), w.guardOf(s, slow.Guard, c, instr)...)
	w.slow(s, instr, own)
}

// slow records an operation that may block for long: for the locks held, and for
// callers.
func (w *walker) slow(s *state, instr ssa.Instruction, slow Slow) {
	if w.panicking || len(w.onces.Held()) > 0 || len(slow.Steps) > limits.MaxSteps {
		return // what is done once is not done often
	}
	for _, h := range s.locks.Held() {
		if !h.Is(lockset.Unsure) && !slices.Contains(slow.Gone, h.Lock) && !w.fresh(h.Lock, instr) {
			w.slowSection(h, instr.Pos(), slow)
		}
	}
	slow.Gone = slices.DeleteFunc(slow.Gone, func(n *path.Node) bool { return !n.InEntry() || s.locks.Find(n, model.Write) >= 0 })
	switch old := w.slowest; {
	case old == nil || slower(&slow, old) < 0:
		w.slowest = &slow
	case slower(&slow, old) == 0:
		old.Guard = commonGuard(old.Guard, slow.Guard)
	}
}

// slower orders what a function tells its callers: first what happens under all of
// their locks, then the slowest, by the shortest way.
func slower(a, b *Slow) int {
	return cmp.Or(
		cmp.Compare(len(a.Gone), len(b.Gone)),
		-cmp.Compare(a.Op.Slow, b.Op.Slow),
		slowerWay(a.Steps, b.Steps),
	)
}

func slowerWay(a, b []*Step) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), slices.CompareFunc(a, b, func(a, b *Step) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What))
	}))
}

// slowSection keeps the slowest operation for each acquisition.
func (w *walker) slowSection(h known, pos token.Pos, slow Slow) {
	for _, step := range slow.Steps {
		if pos.IsValid() {
			break
		}
		pos = step.Pos
	}
	sec := SlowSection{Fn: w.fn, Lock: h.Lock, Mode: h.Mode, Site: h.By.site, First: h.By.steps, Op: slow.Op, Pos: pos, Again: slow.Steps}
	for i := range w.res.Slow {
		old := &w.res.Slow[i]
		if old.Site != sec.Site || old.Lock != sec.Lock {
			continue
		}
		if cmp.Or(-cmp.Compare(sec.Op.Slow, old.Op.Slow), slowerWay(sec.Again, old.Again)) < 0 {
			*old = sec
		}
		return
	}
	w.res.Slow = append(w.res.Slow, sec)
}
