package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// run executes a call of the function value fn by a callee that meanwhile holds the
// locks extra and has given back the locks gone.
func (w *walker) run(s *state, instr ssa.CallInstruction, fn *path.Node, extra []known, gone []*path.Node) []*state {
	return w.runWith(s, instr, fn, nil, extra, gone)
}

// runWith is run with arguments of which some are known: see [Event.Given].
func (w *walker) runWith(s *state, instr ssa.CallInstruction, fn *path.Node, given []*path.Node, extra []known, gone []*path.Node) []*state {
	f := fn.Val.(*ssa.Function)
	args := w.anyArgs(f)
	for i, p := range f.Params {
		args[i] = w.t.Value(p, 0)
	}
	defer w.fill(s, args, given, f, instr)()
	return w.under(s, extra, gone, func(s *state) []*state {
		if _, isTurn := instr.(*turn); !isTurn {
			instr = nonResult{instr}
		}
		return w.callFunc(s, instr, f, args, fn.Args)
	})
}

// fill puts those arguments of a call of f that are known, see [Event.Given], in place of others, until the returned function is called. The receiver of a
// method is not among them.
func (w *walker) fill(s *state, args, given []*path.Node, f *ssa.Function, instr ssa.CallInstruction) (end func()) {
	var ends []func()
	params := f.Signature.Params()
	first := len(args) - params.Len()
	for i, arg := range given {
		if arg == nil || i >= params.Len() {
			continue
		}
		at := first + i
		switch {
		case isMade(w.t, arg):
			if at < len(f.Params) { // one of another package has none
				args[at] = w.t.Value(f.Params[at], 0)
				ends = append(ends, w.gives(f.Params[at], arg))
			}
		case types.IsInterface(params.At(i).Type()) && arg.Kind != path.Iface && arg.Kind != path.Const:
			if t := w.typeOf(s, arg, instr); t != nil {
				args[at] = w.t.Iface(arg, t)
			}
		default:
			args[at] = arg
		}
	}
	return func() {
		for _, end := range ends {
			end()
		}
	}
}

// typeOf returns the type of an object that is an argument of a call, or what the call returns, or the struct that a store is to; nil if it is
// none of these, or has no type of its own.
func (w *walker) typeOf(s *state, object *path.Node, instr ssa.CallInstruction) types.Type {
	var t types.Type
	if st, ok := instr.(storeCall); ok {
		if fa, ok := st.Addr.(*ssa.FieldAddr); ok && w.node(s, fa.X) == object {
			t = fa.X.Type()
		}
	} else if object.Kind == path.Value && object.Val != nil {
		t = object.Val.Type()
	} else {
		for _, v := range instr.Common().Args {
			if w.node(s, v) == object {
				t = v.Type()
			}
		}
	}
	if t == nil || types.IsInterface(t) {
		return nil
	}
	return t
}

// gives notes that a parameter of a function that runs now is [NotNil], or [New], until the returned function is called.
func (w *walker) gives(p *ssa.Parameter, arg *path.Node) (end func()) {
	was := w.gifts[p]
	w.gifts[p] = arg
	return func() { w.gifts[p] = was }
}

// known returns the arguments of a call that are constants, [New] for those that are made for it, the objects that callers have given or have
// the names of, and [NotNil] for other pointers and interface values which are not nil; nil for the others, or if there is none.
func (w *walker) known(instr ssa.CallInstruction, args []*path.Node) (given []*path.Node) {
	for i, arg := range args {
		switch operands := instr.Common().Args; {
		case arg.Kind == path.Const:
		case len(operands) == len(args) && isReference(operands[i].Type()) && w.isMadeFor(arg, instr):
			arg = New(w.t)
		case arg.InEntry() && !arg.Loads() && len(operands) == len(args) && (arg.Kind == path.Iface || pointsOrMay(operands[i].Type())):
		case len(operands) == len(args) && isReference(operands[i].Type()) && w.env.Settled().nilness.Never(operands[i], instr.Block()):
			arg = NotNil(w.t)
		default:
			continue
		}
		if given == nil {
			given = make([]*path.Node, len(args))
		}
		given[i] = arg
	}
	return given
}

// pointsOrMay reports whether values of a type are pointers, or may be in an instance of the generic function that has the type as a parameter.
func pointsOrMay(t types.Type) bool {
	_, isParam := types.Unalias(t).(*types.TypeParam)
	return isParam || ssax.IsPointer(t)
}

// givenHere says in terms of w's function what a callee has given to the function that it calls.
func (w *walker) givenHere(s *state, given []*path.Node, c Callee, instr ssa.CallInstruction) (here []*path.Node) {
	for i, arg := range given {
		if arg == nil || !arg.InEntry() || arg.Kind == path.Const {
			continue
		}
		if here == nil {
			here = slices.Clone(given)
		}
		here[i] = w.translate(s, arg, c, instr)
	}
	if here == nil {
		return given
	}
	return here
}

// anyArgs returns arguments for fn that nothing is known of. A function of another
// package has no Params.
func (w *walker) anyArgs(fn *ssa.Function) []*path.Node {
	n := fn.Signature.Params().Len()
	if fn.Signature.Recv() != nil {
		n++
	}
	args := make([]*path.Node, max(n, len(fn.Params)))
	for i := range args {
		args[i] = w.t.Op("any", w.t.Const(nil), nil)
	}
	return args
}

// runCallee executes a call of c in the same way.
func (w *walker) runCallee(s *state, instr ssa.CallInstruction, c Callee, extra []known, gone []*path.Node) []*state {
	return w.under(s, extra, gone, func(s *state) []*state {
		return w.applyFound(s, nonResult{instr}, c, nil)
	})
}

// under executes something with other locks held: extra added, gone taken away.
func (w *walker) under(s *state, extra []known, gone []*path.Node, do func(*state) []*state) []*state {
	if w.depth >= limits.MaxGiven {
		w.t.Limits.Hit(limits.Given)
		return []*state{s}
	}
	w.depth++
	defer func() { w.depth-- }()
	var away []known
	s.locks.Drop(func(k *known) bool {
		if k.Phase.IsHeld() && slices.Contains(gone, k.Lock) {
			away = append(away, *k)
			return true
		}
		return false
	})
	// What the callers hold is given back as well.
	var theirs []*path.Node
	for _, g := range gone {
		if g.InEntry() && s.locks.Free(g) == nil && !slices.ContainsFunc(away, func(k known) bool { return k.Lock == g }) {
			s.locks.Do(lockset.Unlock, known{Lock: g, Mode: model.Write, By: &act{}})
			theirs = append(theirs, g)
		}
	}
	extra, onces := divided(extra)
	s.locks.Hold(extra...)
	around := w.onces.Clone()
	w.onces.Hold(onces...)
	defer func() { w.onces = around }()
	var out []*state
	for _, s := range do(s) {
		for _, g := range theirs {
			if k := s.locks.Free(g); k != nil && k.Phase == lockset.GivenUp {
				s.locks.Forget(g)
			}
		}
		if len(extra) > 0 {
			s.locks.Drop(func(k *known) bool {
				return k.Phase.IsHeld() && slices.ContainsFunc(extra, func(e known) bool { return e.Lock == k.Lock && e.By.site == k.By.site })
			})
		}
		s.locks.Hold(away...)
		out = append(out, s)
	}
	return out
}

// divided tells locks from the sync.Onces whose functions are being executed.
func divided(held []known) (locks, onces []known) {
	for _, h := range held {
		if h.Mode == model.Doing {
			h.Mode = model.Write // as those of this function: see runOnce
			onces = append(onces, h)
		} else {
			locks = append(locks, h)
		}
	}
	return locks, onces
}
