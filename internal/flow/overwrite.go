package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
)

// overwritten is what a store does to the locks of a struct in whose place it puts another one, as a [Step] says it.
const overwritten = "overwrites"

// Overwritten reports whether a lock got into its state by being overwritten.
func (s *Step) Overwritten() bool { return s.What == overwritten }

// overwrites executes a store of a new struct over one whose locks are held: nobody has locked those of the new one.
func (w *walker) overwrites(s *state, instr *ssa.Store, addr *path.Node) {
	if _, ok := instr.Val.Type().Underlying().(*types.Struct); !ok {
		return
	}
	literal, ok := literalOf(instr.Val)
	if !ok {
		return
	}
	for i := 0; i < len(s.locks.Held()); i++ {
		h := s.locks.Held()[i]
		if h.Phase != lockset.Held || !h.Sure() || !within(h.Lock, addr) || literal != nil && sets(literal, fieldOf(h.Lock, addr)) {
			continue
		}
		w.paired(&h)
		step := &Step{Pos: instr.Pos(), Func: w.name, What: overwritten}
		s.locks.Release(i, known{Lock: h.Lock, Mode: h.Mode, By: &act{site: instr, steps: []*Step{step}}})
		i--
	}
}

// literalOf returns the variable in which a composite literal is made, nil if the value is the zero value; ok is false for other values.
func literalOf(v ssa.Value) (literal *ssa.Alloc, ok bool) {
	switch v := v.(type) {
	case *ssa.Const:
		return nil, true
	case *ssa.UnOp:
		if alloc, isVar := v.X.(*ssa.Alloc); isVar && v.Op == token.MUL && alloc.Comment == "complit" {
			return alloc, true
		}
	}
	return nil, false
}

// fieldOf returns the name of the field of the struct at an address in which a lock is.
func fieldOf(lock, addr *path.Node) string {
	for lock.X != addr {
		lock = lock.X
	}
	return lock.Name
}

// sets reports whether a composite literal says what a field holds.
func sets(literal *ssa.Alloc, field string) bool {
	for _, r := range *literal.Referrers() {
		if fa, ok := r.(*ssa.FieldAddr); ok {
			if name, _, _ := path.StructField(literal.Type(), fa.Field); name == field {
				return true
			}
		}
	}
	return false
}
