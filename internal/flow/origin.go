package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// An Origin is known of what a function leads to that was read from a struct. It is zero for anything else.
type Origin struct {
	// Found says where the struct was found: see [path.Node.Found]. In "?i" callers may know more of that.
	Found string
	// Base is the struct into which the package has put the function; nil if others do so, as for a Later.
	Base ssa.Value
}

// origin returns the origin of something that a callee leads to, in terms of the function.
func (w *walker) origin(o Origin, c Callee, instr ssa.CallInstruction) Origin {
	switch {
	case o.Base != nil:
		o.Found = argHome(o.Found, c, instr)
	case c.Base != nil && c.Holder != nil:
		o = Origin{c.Holder.Found(), c.Base}
	}
	if o.Found == "" {
		return Origin{}
	}
	return o
}

// readsOther reports whether the struct that a function is read from is never the one into which the package has put it.
func (w *walker) readsOther(o Origin) bool {
	return o.Base != nil && w.env.OtherObject(o.Found, o.Base)
}

// keepsOther reports whether the struct that a call hands a function to, which keeps it, is never the one whose functions are called.
func (w *walker) keepsOther(e *Event, instr ssa.CallInstruction) bool {
	if e.Lock == nil || e.Lock.Kind != path.Param || instr.Common().IsInvoke() {
		return false
	}
	args := instr.Common().Args
	return e.Lock.Index < len(args) && w.env.OtherObject(e.Found, args[e.Lock.Index])
}
