package privatelock

import (
	_ "embed"
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports locks that no other goroutine can ever hold, or not those that should.
var Analyzer = &analysis.Analyzer{
	Name:     "privatelock",
	Doc:      checkdoc.Extract(doc, "privatelock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/privatelock.md",
	Run:      lockflow.Check(run),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	if res.SSA == nil {
		return nil
	}
	speak := lockflow.Speak(pass)
	var look func(fn *ssa.Function)
	look = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if model.InTest(pass.Fset, instr.Pos()) {
					continue
				}
				switch instr := instr.(type) {
				case *ssa.Alloc:
					report(pass, speak, instr)
				case *ssa.UnOp:
					reportCopied(pass, speak, instr)
				}
			}
		}
		for _, lit := range fn.AnonFuncs {
			look(lit)
		}
	}
	for _, fn := range res.SSA.SrcFuncs {
		if fn.Parent() == nil {
			look(fn)
		}
	}
	return nil
}

// report reports a variable that is a lock which only its function locks.
func report(pass *analysis.Pass, speak *lockflow.Speaker, alloc *ssa.Alloc) {
	t := ssax.Pointee(alloc.Type())
	if !isLock(t) {
		return
	}
	var first ssa.CallInstruction
	for _, v := range copies(alloc) {
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.DebugRef:
			case *ssa.Store:
				if r.Addr == v && isZero(r.Val) || r.Val == v && isLocal(r.Addr) {
					continue
				}
				return
			case *ssa.UnOp:
				if v != alloc {
					continue // a read of the variable with the pointer
				}
				return
			case ssa.CallInstruction:
				if _, isGo := r.(*ssa.Go); isGo || !isOperation(r, v) {
					return
				}
				if op := operation(r); op == model.Lock && (first == nil || r.Pos() < first.Pos()) {
					first = r
				}
			default:
				return
			}
		}
	}
	if first == nil {
		return
	}
	name := alloc.Comment
	if name == "" || name == "new" || name == "complit" {
		name = "the lock"
	}
	if lock, _ := speak.LockExpr(first.Pos()); lock != nil {
		name = types.ExprString(lock)
	}
	d := analysis.Diagnostic{
		Category: "local",
		Message:  fmt.Sprintf("%s keeps nobody out: %s makes it anew each time, and no other goroutine can hold it", name, short(alloc.Parent())),
	}
	d.Pos, d.End = speak.Range(alloc.Pos())
	from, to := speak.Range(first.Pos())
	d.Related = []analysis.RelatedInformation{{Pos: from, End: to, Message: "nobody else waits for this Lock"}}
	pass.Report(d)
}

func short(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "the function"
	}
	return fn.Name()
}

// copies returns the address of a variable, and the reads of local variables that hold nothing else.
func copies(alloc *ssa.Alloc) []ssa.Value {
	out := []ssa.Value{alloc}
	for _, r := range *alloc.Referrers() {
		st, ok := r.(*ssa.Store)
		if !ok || st.Val != alloc {
			continue
		}
		local, ok := st.Addr.(*ssa.Alloc)
		if !ok {
			continue
		}
		for _, r := range *local.Referrers() {
			switch r := r.(type) {
			case *ssa.UnOp:
				out = append(out, r)
			case *ssa.Store, *ssa.DebugRef:
			default:
				return []ssa.Value{alloc, local} // captured: report sees an operand that is no operation
			}
		}
	}
	return out
}

func isLocal(addr ssa.Value) bool {
	_, ok := addr.(*ssa.Alloc)
	return ok
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// isLock reports whether t is itself a type of lock of package sync.
func isLock(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync" && (named.Obj().Name() == "Mutex" || named.Obj().Name() == "RWMutex")
}

// isOperation reports whether a call is an operation on the lock at v, and no more.
func isOperation(c ssa.CallInstruction, v ssa.Value) bool {
	common := c.Common()
	return !common.IsInvoke() && len(common.Args) == 1 && common.Args[0] == v && operation(c) != model.None
}

func operation(c ssa.CallInstruction) model.OpKind {
	fn := c.Common().StaticCallee()
	if fn == nil {
		return model.None
	}
	m, _ := fn.Object().(*types.Func)
	return model.OpOf(m).Kind
}
