package flow

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// checkNames are the checks and categories that report the kinds of findings.
var checkNames = map[FindingKind]string{
	LockedAgain: "doublelock/again", Upgraded: "doublelock/upgrade", ReadUnderWrite: "doublelock/readunderwrite", RecursiveRead: "doublelock/recursiveread",
	UnlockedTwice: "unlockunheld/twice", UnlockMismatch: "unlockunheld/mode", NotLockedOnPath: "unlockunheld/path", TryFailed: "unlockunheld/tried", NeverLocked: "unlockunheld/never",
	WaitUnheld: "condwait/unheld", WaitMismatch: "condwait/mode", WaitOnPath: "condwait/unheld", WaitUntested: "condwait/untested", OnceAgain: "blockinglock/once",
	HoldUnheld: "contract/unheld", HoldMismatch: "contract/unheld", HoldOnPath: "contract/unheld", HeldExcluded: "contract/excluded",
	NotAcquired: "contract/broken", NotReleased: "contract/broken", NotKept: "contract/broken", LocksHeld: "contract/broken", UnlocksUnheld: "contract/broken",
}

// Check names the check and the category that report findings of a kind.
func (k FindingKind) Check() string { return checkNames[k] }

// Check names the check and the category that report the leak.
func (l *Leak) Check() string {
	switch {
	case l.Panic:
		return "missingunlock/panic"
	case l.Loop:
		return "missingunlock/loop"
	}
	return "missingunlock/return"
}

// Spell writes a lock as the source of fn would, or else its class.
func Spell(fn *ssa.Function, lock *path.Node) string {
	if lock == nil {
		return "a lock"
	}
	if text, ok := lock.Spell(fn); ok {
		return text
	}
	if class := lock.ClassIn(fn); class != "" {
		return class[strings.LastIndexByte(class, '/')+1:]
	}
	return "a lock without a name"
}

// Dropped is the record of a finding that is not reported.
func (f *Finding) Dropped(rule why.Rule, e why.Evidence) why.Drop {
	d := why.Drop{Check: f.Kind.Check(), Func: FuncName(f.Fn), Lock: Spell(f.Fn, f.Lock), At: []token.Pos{f.Pos}, Rule: rule, Evidence: e}
	if f.Site != nil && f.Site.Pos().IsValid() {
		d.At = append(d.At, f.Site.Pos())
	}
	return d
}

// Dropped is the record of a leak that is not reported.
func (l *Leak) Dropped(rule why.Rule, e why.Evidence) why.Drop {
	exit := l.Exit
	if !exit.IsValid() {
		exit = End(l.Fn)
	}
	return why.Drop{Check: l.Check(), Func: FuncName(l.Fn), Lock: Spell(l.Fn, l.Lock), At: []token.Pos{exit, l.Site.Pos()}, Rule: rule, Evidence: e}
}

// End returns the position of a function's closing brace.
func End(fn *ssa.Function) token.Pos {
	if syntax := fn.Syntax(); syntax != nil {
		return syntax.End() - 1
	}
	return fn.Pos()
}

// Evident is the evidence of a function; there is none if it is nil.
func Evident(fn *ssa.Function) why.Evidence {
	if fn == nil {
		return why.Evidence{}
	}
	return why.Here(FuncName(fn), fn.Pos())
}

// EvidentStep is the evidence of the last of some steps.
func EvidentStep(steps []*Step) why.Evidence {
	if len(steps) == 0 {
		return why.Evidence{}
	}
	s := steps[len(steps)-1]
	return why.Evidence{Text: s.Func, Pos: s.Pos, File: s.Base(), Line: s.Line}
}

// silent records that a finding is not reported.
func (w *walker) silent(f Finding, rule why.Rule, e why.Evidence) {
	if w.why == nil || w.later != nil {
		return // nobody asks, or others do it later, which is looked at beside the walk
	}
	f.Fn = w.fn
	for _, s := range f.Again {
		if !f.Pos.IsValid() {
			f.Pos = s.Pos
		}
	}
	w.why.Drop(f.Dropped(rule, e))
}

// silentExit records that a return with a lock held is no leak.
func (w *walker) silentExit(h known, ret *ssa.Return, rule why.Rule, e why.Evidence) {
	l := Leak{Fn: w.fn, Lock: h.Lock, Mode: h.Mode, Site: h.By.site, First: h.By.steps, Exit: ret.Pos()}
	w.why.Drop(l.Dropped(rule, e))
}

// infeasible records that a callee does not come, when it is called here, to what would be a
// finding.
func (w *walker) infeasible(s *state, instr ssa.CallInstruction, c Callee, e *Event) {
	if e.Kind != Acquire {
		return
	}
	lock, mode := w.lockOf(s, e.Lock, e.Mode, c, instr)
	if lock == nil {
		return
	}
	i := s.locks.Find(lock, mode)
	if i < 0 || !s.locks.Held()[i].Sure() {
		return
	}
	var at why.Evidence
	for _, l := range e.Guard {
		if n := w.translate(s, l.Cond, c, instr); n != nil {
			key, neg := w.condition(n)
			if val, known, _ := w.decide(s, key); known && val != (l.Val != neg) {
				at = EvidentStep(e.Steps)
				at.Text = fmt.Sprintf("%s locks it only if %s is %t", c.Name, condition(c.Fn, l.Cond), l.Val)
			}
		}
	}
	kind, ok := demands[Acquire].wrong[lockset.Clash[s.locks.Held()[i].Mode][mode]]
	if !ok {
		return
	}
	w.silent(Finding{Kind: kind, Pos: instr.Pos(), Lock: lock, Mode: mode, First: s.locks.Held()[i].By.steps, Again: e.Steps, Site: s.locks.Held()[i].By.site}, why.NotOnThisCall, at)
}

// condition writes a condition, or something in it, as the source of fn might, which is nil if that is
// not known.
func condition(fn *ssa.Function, n *path.Node) string {
	switch {
	case n.IsNil():
		return "nil"
	case n.Kind == path.Const:
		return n.Const.ExactString()
	case n.Kind == path.Op && n.Y != nil && (n.Name == "==" || n.Name == "<"):
		return condition(fn, n.X) + " " + n.Name + " " + condition(fn, n.Y)
	case n.Kind == path.Op && n.Name == "!":
		return "!(" + condition(fn, n.X) + ")"
	}
	if text, ok := n.Spell(fn); ok && fn != nil {
		return text
	}
	return "something"
}

// Condition is condition for conditions of a summary.
func Condition(fn *ssa.Function, l Literal) string { return condition(fn, l.Cond) }

// doubtOf is the evidence for which nothing is reported of an acquisition.
func (w *walker) doubtOf(h known) why.Evidence {
	if h.By.doubt == 0 {
		return why.Evidence{}
	}
	instr := w.doubts[h.By.doubt-1]
	what, pos := w.does(instr)
	if instr == h.By.site {
		what += ", which does not always return with the lock held"
	}
	return why.Here(what, pos)
}

// doubted notes since which instruction nothing is reported of acquisitions.
func (w *walker) doubted(states []*state, instr ssa.Instruction) {
	for _, s := range states {
		for i := range s.locks.Held() {
			h := &s.locks.Held()[i]
			if h.Sure() || h.By.doubt != 0 {
				continue
			}
			if n := len(w.doubts); n == 0 || w.doubts[n-1] != instr {
				w.doubts = append(w.doubts, instr)
			}
			by := *h.By
			by.doubt = int32(len(w.doubts))
			h.By = &by
		}
	}
}

// tell records what is held where states are about to execute an instruction.
func (w *walker) tell(states []*state, instr ssa.Instruction) {
	what, pos := w.does(instr)
	if what == "" || len(states) == 0 {
		return
	}
	op := w.why.Op(instr, pos, what)
	for _, s := range states {
		op.Add(w.recorded(s))
	}
}

// recorded is the record of a state.
func (w *walker) recorded(s *state) (t why.State) {
	t.Key = w.keys.effectKey(s)
	for _, h := range s.locks.Held() {
		l := why.Lock{Name: Spell(w.fn, h.Lock), Read: h.Mode == model.Read, Way: steps(h.By.steps)}
		switch {
		case h.Is(lockset.Unsure):
			l.Doubt = "it may have been released since"
		case h.Lock.Old():
			l.Doubt = "acquired in an earlier iteration of the loop"
		case h.Is(lockset.Moved):
			l.Doubt = "the expression may denote another lock now"
		}
		if l.Doubt != "" && h.By.doubt != 0 {
			_, l.DoubtAt = w.does(w.doubts[h.By.doubt-1])
		}
		t.Held = append(t.Held, l)
	}
	for _, k := range s.locks.Others() {
		if k.Phase == lockset.GivenUp {
			t.Released = append(t.Released, why.Lock{Name: Spell(w.fn, k.Lock), Read: k.Mode == model.Read, Way: steps(k.By.steps)})
		}
	}
	for b := s.trail; b != nil && len(t.Path) < toldBranches; b = b.prev {
		t.Path = append(t.Path, why.Branch{Pos: b.pos, Taken: b.taken})
	}
	return t
}

// toldBranches is how many branches of a path are told. The last ones matter most.
const toldBranches = 8

func steps(way []*Step) (out []why.Step) {
	for _, s := range way {
		out = append(out, why.Step{Pos: s.Pos, File: s.Base(), Line: s.Line, Func: s.Func, What: s.What})
	}
	return out
}

// does says what an instruction does, and where; "" if it is none that matters to locks.
func (w *walker) does(instr ssa.Instruction) (what string, pos token.Pos) {
	switch instr := instr.(type) {
	case *ssa.Send:
		return "sends", instr.Pos()
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return "receives", instr.Pos()
		}
		return "", instr.Pos()
	case *ssa.Select:
		return "selects", instr.Pos()
	case *ssa.Panic:
		if isNoReturn(instr) {
			return "", instr.Pos()
		}
		return "panics", instr.Pos()
	case *ssa.Return:
		if !instr.Pos().IsValid() {
			return "ends", End(w.fn)
		}
		return "returns", instr.Pos()
	case *ssa.RunDefers:
		if ret, ok := instr.Block().Instrs[len(instr.Block().Instrs)-1].(*ssa.Return); ok && ret.Pos().IsValid() {
			return "runs deferred calls", ret.Pos()
		}
		return "runs deferred calls", End(w.fn)
	case ssa.CallInstruction:
		verb := "calls "
		switch instr.(type) {
		case *ssa.Go:
			verb = "starts "
		case *ssa.Defer:
			verb = "defers "
		}
		return w.calls(verb, instr.Common()), instr.Pos()
	}
	return "", instr.Pos()
}

func (w *walker) calls(verb string, c *ssa.CallCommon) string {
	switch fn := c.Value.(type) {
	case *ssa.Builtin:
		if fn.Name() == "close" {
			return "closes"
		}
		return ""
	}
	if c.IsInvoke() {
		return verb + "the method " + c.Method.Name() + " of an interface"
	}
	fn := c.StaticCallee()
	if fn == nil {
		return verb + "a function value"
	}
	if op := model.OpOf(funcObject(fn)); verb == "calls " && verbs[op.Kind] != "" && op.Kind != model.TryLock {
		if op.Mode == model.Read {
			return "read-" + verbs[op.Kind]
		}
		return verbs[op.Kind]
	}
	if fn.Parent() == nil && fn.Pkg != nil && fn.Pkg != w.fn.Pkg {
		return verb + fn.RelString(nil)
	}
	return verb + FuncName(fn)
}

// dropExit is silentExit, if anybody asks.
func (w *walker) dropExit(h known, ret *ssa.Return, rule why.Rule) {
	if w.why == nil {
		return
	}
	var e why.Evidence
	if rule == why.ContractSays {
		for _, cl := range w.contract.Clauses {
			if cl.Verb == Acquiring {
				e = EvidentStep([]*Step{cl.Step})
			}
		}
	}
	w.silentExit(h, ret, rule, e)
}

// dropGuarded records that an unlock on some paths is not reported because of a condition.
func (w *walker) dropGuarded(f Finding, guard []Literal) {
	if w.why == nil {
		return
	}
	w.silent(f, why.CallerKnows, why.Evidence{Text: fmt.Sprintf("%s is %t there", condition(w.fn, guard[0].Cond), guard[0].Val)})
}

// dropAll records that the walk gave up, and so reports no leaks.
func (w *walker) dropAll() {
	if w.why == nil {
		return
	}
	w.why.GaveUp, w.why.Limit, w.why.Steps = true, w.res.Limit, w.work
	e := why.Evidence{Text: fmt.Sprintf("after %d steps, at the limit of %d %s", w.work, w.limitOf(), limits.Table[w.res.Limit].Bounds)}
	for _, l := range w.res.Leaks {
		w.why.Drop(l.Dropped(why.GaveUp, e))
	}
}

// limitOf returns the limit by which the walk gave up, as it is for this function.
func (w *walker) limitOf() int {
	if w.res.Limit == limits.Work {
		return w.limit
	}
	return limits.Table[w.res.Limit].Max
}

// unseen records that it is not known what a call runs.
func (w *walker) unseen(instr ssa.Instruction) {
	if op := w.why.Known(instr); op != nil {
		op.Unseen = true
	}
}

// silentContract records that it is not reported that a return lacks what the contract says.
func (w *walker) silentContract(s *state, has func(Clause, int) bool, ret token.Pos) {
	if !ret.IsValid() {
		ret = End(w.fn)
	}
	rule := why.UnseenCode
	if w.contract.Unchecked {
		rule = why.ContractSays
	}
	for _, cl := range w.contract.Clauses {
		if delta := effects[cl.Verb]; delta != 0 && !has(cl, delta) {
			kind := NotAcquired
			if delta < 0 {
				kind = NotReleased
			}
			w.silent(Finding{Kind: kind, Pos: ret, Lock: cl.Lock}, rule, EvidentStep([]*Step{cl.Step}))
		}
	}
}
