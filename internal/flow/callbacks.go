package flow

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// asserts takes note of what holds after an assertion has passed. It returns false if
// it cannot pass.
func (w *walker) asserts(s *state, a model.Assertion, arg *path.Node) bool {
	question, want := arg, a == model.True
	if a == model.IsNil || a == model.NotNil {
		question, want = binop(w.t, tokenEQL, path.Concrete(arg), w.t.Const(nil)), a == model.IsNil
	}
	key, neg := w.condition(question)
	if val, known, stale := w.decide(s, key); known && !stale {
		return val != neg == want
	}
	s.assume(key, want != neg)
	return true
}

// callbacks executes a call of a library function that runs its arguments.
func (w *walker) callbacks(s *state, instr ssa.CallInstruction, obj *types.Func, cbs []model.Callback, args []*path.Node) []*state {
	states := []*state{s}
	operands := instr.Common().Args
	if instr.Common().IsInvoke() { // of an interface value of which the type is known
		operands = append([]ssa.Value{instr.Common().Value}, operands...)
	}
	do := w.onceDo(s, obj, args[0], instr)
	for _, cb := range cbs {
		i := cb.Arg
		if obj.Signature().Recv() != nil {
			i++
		}
		if i >= len(args) || i >= len(operands) {
			continue
		}
		arg := path.Concrete(args[i])
		switch {
		case cb.Run == model.Format:
			w.format(s, instr, obj, operands, i)
		case cb.Run == model.Methods || cb.Run == model.First:
			w.methods(s, instr, obj, operands[i].Type(), args[i], cb)
		case cb.Run == model.Operands:
			for _, op := range variadic(operands[i]) {
				w.methods(s, instr, obj, op.Type(), w.node(s, op), cb)
			}
		case cb.Run == model.Another:
			w.startWaits(s, instr, arg, nil)
			w.escape(s, arg)
		case arg.Kind == path.Func:
			times := 2
			if cb.Run == model.Once {
				times = 1
			}
			if do != nil {
				states = w.runOnce(states, instr, do, arg)
			} else {
				states = w.repeat(states, instr, arg, times)
			}
		case arg.InEntry():
			w.callsGiven(s, called{at: arg}, false, nil, nil, nil, nil, []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls " + obj.Name() + ", which calls the function it was given"}})
		}
	}
	for _, s := range states {
		w.disturb(s, false)
	}
	return states
}

// format executes the formatting methods of the operands of a fmt function.
func (w *walker) format(s *state, instr ssa.CallInstruction, obj *types.Func, operands []ssa.Value, i int) {
	verbs, all := []byte(nil), true
	if strings.HasSuffix(obj.Name(), "f") && i > 0 {
		if c, ok := operands[i-1].(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
			verbs, all = printVerbs(constant.StringVal(c.Value))
		}
	}
	for k, op := range variadic(operands[i]) {
		if !all && (k >= len(verbs) || !strings.ContainsRune("vsxXqw", rune(verbs[k]))) {
			continue
		}
		n := w.node(s, op)
		for _, name := range model.FormatMethods {
			if name != "GoString" && w.method(s, instr, n, name) { // that one is for %#v only
				break
			}
		}
	}
}

// methods executes methods, for their effects, of an interface value of type t that the library function by is given.
func (w *walker) methods(s *state, instr ssa.CallInstruction, by *types.Func, t types.Type, n *path.Node, cb model.Callback) {
	for _, name := range cb.Methods {
		has := false
		if n.Kind == path.Iface {
			has = w.method(s, instr, n, name)
		} else if m, _, _ := types.LookupFieldOrMethod(t, false, nil, name); m != nil && types.IsInterface(t) {
			has = true
			from := w.source(s, n)
			callees, _ := w.dynamic(s, called{at: from, method: name}, w.fn)
			w.calledThere(s, instr, from, name, callees, nil, []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls " + by.Name() + ", which calls the method " + name}})
		}
		if has && cb.Run == model.First {
			break
		}
	}
}

// method executes one method of an interface value. It reports whether the value's
// type is known and has such a method.
func (w *walker) method(s *state, instr ssa.CallInstruction, n *path.Node, name string) bool {
	if n.Kind != path.Iface {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(n.Type, false, nil, name)
	m, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	if fn := concreteMethod(w.fn.Prog, n.Type, m); fn != nil {
		w.runMethod(s.clone(), instr, fn, n.X, nil, nil, nil)
	}
	return true
}

// poolNew executes the New function of a sync.Pool, if the package shows it.
func (w *walker) poolNew(s *state, instr ssa.CallInstruction, pool *path.Node) {
	addr := w.t.Field(pool, "New", "sync.Pool", false)
	if n := w.load(s, addr, nil); n != nil && n.Kind == path.Func {
		w.run(s.clone(), instr, n, nil, nil)
		return
	}
	callees, _ := w.dynamic(s, called{at: addr}, w.fn)
	for _, c := range callees {
		w.applyFound(s.clone(), nonResult{instr}, c, nil)
	}
}

// variadic returns the values of a variadic argument list by position, nil if it was passed as a slice.
func variadic(v ssa.Value) []ssa.Value {
	vals, _ := ssax.Elements(v)
	if len(vals) > 100 {
		return nil
	}
	return slices.DeleteFunc(vals, func(v ssa.Value) bool { return v == nil })
}

// printVerbs returns the verb of each operand of a format string; all is set
// if they cannot be told (explicit indexes, widths from operands).
func printVerbs(format string) (verbs []byte, all bool) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		sharp := false
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0; i++ {
			sharp = sharp || format[i] == '#'
		}
		if i >= len(format) {
			break
		}
		switch c := format[i]; {
		case c == '[' || c == '*':
			return nil, true
		case c == '%':
		case sharp && c == 'v':
			verbs = append(verbs, 'G')
		default:
			verbs = append(verbs, c)
		}
	}
	return verbs, false
}
