package client

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Files and directories that are locks because they are there. Creating one with
// O_EXCL, or by Mkdir, fails if it is there already: https://pkg.go.dev/os#OpenFile.
// Most that are created so are no locks, and a process that dies leaves them behind.
//
// Package os is none of the libraries: all programs use it.
const files = "os"

// ExclusiveFiles reports whether an object of package os is what makes such a lock.
func ExclusiveFiles(obj types.Object) bool {
	return obj.Pkg() != nil && obj.Pkg().Path() == files && (obj.Name() == "O_EXCL" || obj.Name() == "Mkdir")
}

func fileEvents(c call, fn *types.Func) []Event {
	if fn.Signature().Recv() != nil || len(c.args) == 0 {
		return nil
	}
	ev := Event{Backend: LockFile, Call: c.CallInstruction, Command: c.name, Keys: c.args[:1]}
	switch c.name {
	case "OpenFile":
		if !exclusive(c.args[1], fn.Pkg()) {
			return nil
		}
		ev.Op = Acquire
	case "Mkdir":
		ev.Op = Acquire
	case "Remove", "RemoveAll":
		ev.Op = Release
	case "Stat", "Lstat", "Open", "ReadFile":
		ev.Op = Read
	default:
		return nil
	}
	if ev.Op == Acquire {
		ev.Outcomes, ev.TTL.Kind = errOnly, TTLNever
	}
	return []Event{ev}
}

// exclusive reports whether flags of OpenFile have O_EXCL, the number of which is
// another one on each system.
func exclusive(flags ssa.Value, os *types.Package) bool {
	k := Const(flags)
	bit, ok := os.Scope().Lookup("O_EXCL").(*types.Const)
	if k == nil || !ok {
		return false
	}
	return constant.Sign(constant.BinaryOp(constant.ToInt(k), token.AND, constant.ToInt(bit.Val()))) != 0
}
