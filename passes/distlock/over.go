package distlock

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// over reports whether an instruction is reached only after a session of etcd has told that it
// has ended, and its locks with it: it receives from Done, or is the first where a select
// statement has done so.
func over(in ssa.Instruction) bool {
	if recv, ok := in.(*ssa.UnOp); ok && recv.Op == token.ARROW {
		return sessionEnd(recv.X)
	}
	b := in.Block()
	if b.Instrs[0] != in || len(b.Preds) != 1 {
		return false
	}
	branch, ok := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If)
	if !ok || b.Preds[0].Succs[0] != b || b.Preds[0].Succs[1] == b {
		return false
	}
	state := trace.Selected(branch.Cond)
	return state != nil && sessionEnd(state.Chan)
}

// sessionEnd reports whether a channel is what Done of a session returns.
func sessionEnd(ch ssa.Value) bool {
	call, ok := client.Strip(ch).(*ssa.Call)
	if !ok {
		return false
	}
	fn := client.Callee(call.Common())
	return fn != nil && fn.Name() == "Done" && strings.HasSuffix(client.PkgPath(fn), "/concurrency") && client.Known(client.PkgPath(fn))
}
