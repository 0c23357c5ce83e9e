package peers

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// kindNames are what the operations are called.
var kindNames = map[Kind]string{
	Send: "send", Receive: "receive", Range: "range", Close: "close", Add: "Add", Done: "Done", Go: "Go", Wait: "Wait",
	CondWait: "Cond.Wait", Signal: "signal", Once: "Once.Do", Shutdown: "Shutdown", Serve: "handler", Join: "join", Served: "served call", Poll: "poll", Change: "change", Other: "other",
}

// String returns what an operation of the kind is called.
func (k Kind) String() string { return kindNames[k] }

// String writes the verdict on one line, as tests read it.
func (v *Verdict) String() string {
	if v == nil {
		return "it may end"
	}
	var parts []string
	if v.Never {
		parts = append(parts, "nobody can end it")
	}
	for _, b := range v.Peers {
		parts = append(parts, b.String())
	}
	if v.Close != nil {
		parts = append(parts, "otherwise "+v.Close.String())
	}
	return strings.Join(parts, "; ")
}

// String writes what keeps the goroutine from the operation.
func (b *Bound) String() string {
	prog := b.Op.Fn.Prog
	op := fmt.Sprintf("%s at %s", b.Op.Kind, place(prog, b.Op.pos()))
	switch {
	case b.Ended:
		return fmt.Sprintf("%s: its goroutine may have ended at %s", op, place(prog, b.End))
	case b.Left:
		return fmt.Sprintf("%s: its goroutine may have left, and need the lock at %s", op, place(prog, b.last()))
	case b.Wait != nil:
		return fmt.Sprintf("%s after the %s at %s, which needs the lock at %s", op, b.Wait.Kind, place(prog, b.Wait.pos()), place(prog, b.last()))
	}
	return fmt.Sprintf("%s needs the lock at %s", op, place(prog, b.last()))
}

// pos is where the operation stands: in a select statement, its case.
func (op *Op) pos() token.Pos {
	if s, ok := op.Instr.(*ssa.Select); ok {
		return s.States[op.Case].Pos
	}
	return op.Instr.Pos()
}

// last is where the steps come to the lock.
func (b *Bound) last() token.Pos {
	if len(b.Steps) == 0 {
		return token.NoPos
	}
	return b.Steps[len(b.Steps)-1].Pos
}

// place writes a position without the directory of its file.
func place(prog *ssa.Program, pos token.Pos) string {
	p := prog.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}
