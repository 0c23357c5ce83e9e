package privatelock

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// reportCopied reports a copy of what a call returns, with its lock, if others have the original: copylocks
// takes each call for one that returns a value which nobody else has.
func reportCopied(pass *analysis.Pass, speak *lockflow.Speaker, load *ssa.UnOp) {
	call, ok := load.X.(*ssa.Call)
	if load.Op != token.MUL || !ok || !hasLock(load.Type()) {
		return
	}
	fn := call.Call.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 {
		return
	}
	known := keptBy(fn)
	if known == nil {
		return
	}
	d := analysis.Diagnostic{
		Category: "copied",
		Message:  fmt.Sprintf("the copy has a lock of its own: other uses of %s's result are under another one", fn.Name()),
	}
	d.Pos, d.End = speak.Range(load.Pos())
	at := known.Pos()
	if mc, ok := known.(*ssa.MakeClosure); ok {
		at = mc.Fn.Pos()
	}
	if at.IsValid() {
		from, to := speak.Range(at)
		d.Related = []analysis.RelatedInformation{{Pos: from, End: to, Message: "others get to know the original here"}}
	}
	pass.Report(d)
}

// keptBy returns where a function makes the new object that it returns known to others, nil if it does not
// or if it may return something else.
func keptBy(fn *ssa.Function) (place ssa.Instruction) {
	for _, results := range ssax.Returns(fn) {
		if len(results) != 1 {
			return nil
		}
		alloc, ok := ssax.Origin(results[0]).(*ssa.Alloc)
		if !ok {
			return nil
		}
		places := ssax.Publications(alloc)
		if len(places) == 0 || place != nil && places[0] != place {
			return nil
		}
		place = places[0]
	}
	return place
}

// hasLock reports whether a value of type t has a mutex in it, that is no pointer to one.
func hasLock(t types.Type) bool {
	if isLock(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if hasLock(u.Field(i).Type()) {
				return true
			}
		}
	case *types.Array:
		return hasLock(u.Elem())
	}
	return false
}
