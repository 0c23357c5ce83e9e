package trace

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

// eval returns whether a bool is true, an error or a pointer not nil.
func (w *walker) eval(v ssa.Value, known env) client.Truth {
	switch x := v.(type) {
	case *ssa.Const:
		if x.Value == nil {
			if nilable(x.Type()) {
				return client.No
			}
			return client.Unknown
		}
		if x.Value.Kind() == constant.Bool {
			return client.TruthOf(constant.BoolVal(x.Value))
		}
		return client.Unknown
	case *ssa.MakeInterface:
		if w.replies[x.X] {
			return w.eval(x.X, known)
		}
		return client.Yes
	case *ssa.Alloc, *ssa.MakeClosure, *ssa.Function:
		return client.Yes
	case *ssa.ChangeInterface:
		return w.eval(x.X, known)
	case *ssa.ChangeType:
		return w.eval(x.X, known)
	case *ssa.Phi:
		return known.get(w.id(x))
	}
	if w.replies[v] {
		switch {
		case isBool(v.Type()):
			if call, ok := v.(*ssa.Call); ok {
				if fn := client.Callee(call.Common()); fn != nil && client.Empty(fn) {
					return w.outcome.OK.Not()
				}
			}
			return w.outcome.OK
		case ssax.IsError(v.Type()):
			if x, ok := v.(*ssa.Extract); ok && x.Tuple.(ssa.Instruction) != w.start && w.outcome.Made != client.Unknown {
				return w.outcome.Made
			}
			return w.outcome.Err
		case nilable(v.Type()) && !secondNilable(v):
			return w.outcome.Ptr
		}
		return client.Unknown
	}
	switch x := v.(type) {
	case *ssa.UnOp:
		switch x.Op {
		case token.NOT:
			return w.eval(x.X, known).Not()
		case token.MUL:
			switch addr := x.X.(type) {
			case *ssa.Alloc:
				return known.get(w.id(addr))
			case *ssa.Global:
				if ssax.IsError(x.Type()) {
					return client.Yes // an error variable of a package, such as redis.Nil
				}
			}
		}
	case *ssa.BinOp:
		if t := w.compare(x, known); t != client.Unknown {
			return t
		}
	case *ssa.Call:
		if fn := client.Callee(x.Common()); fn != nil && fn.Pkg() != nil {
			name := ""
			switch client.PkgPath(fn) {
			case "errors", "github.com/pkg/errors", "fmt", "context":
				name = fn.FullName()
			}
			switch name {
			case "errors.Is", "errors.As", "github.com/pkg/errors.Is", "github.com/pkg/errors.As":
				switch err := w.eval(x.Call.Args[0], known); {
				case err == client.No:
					return client.No
				case err == client.Yes && w.outcome.Nil == client.Yes && w.isReply(x.Call.Args[0]):
					return client.Yes // redis.Nil
				}
			case "(context.Context).Err", "context.Cause":
				if doneBefore(x) {
					return client.Yes
				}
			}
			if makesError(fn) {
				return client.Yes
			}
			if kindOfError(fn) && w.eval(x.Call.Args[0], known) == client.No {
				return client.No // os.IsExist(err)
			}
			if isBool(x.Type()) && client.Known(client.PkgPath(fn)) && len(x.Call.Args) == 1 {
				// rueidis.IsRedisNil(err)
				switch err := x.Call.Args[0]; {
				case w.eval(err, known) == client.No:
					return client.No
				case w.outcome.Nil == client.Yes && w.isReply(err) && w.eval(err, known) == client.Yes:
					return client.Yes
				}
			}
			if ssax.IsError(x.Type()) && len(x.Call.Args) > 0 && ssax.IsError(x.Call.Args[0].Type()) {
				if t := w.eval(x.Call.Args[0], known); t != client.Unknown {
					return t // one that wraps another
				}
			}
		}
	}
	return known.get(w.id(w.f.Pkg.Of(v).ID()))
}

// makesError reports whether a function returns a new error, as is known of it, or as the names say of it and of its package.
func makesError(fn *types.Func) bool {
	if model.NonNil(fn) {
		return true
	}
	sig := fn.Signature()
	return sig.Recv() == nil && strings.HasSuffix(client.PkgPath(fn), "errors") && (strings.HasPrefix(fn.Name(), "New") || fn.Name() == "Errorf") &&
		sig.Results().Len() == 1 && ssax.IsError(sig.Results().At(0).Type()) && sig.Params().Len() > 0 && !ssax.IsError(sig.Params().At(0).Type())
}

// kindOfError reports whether a function asks of an error what kind of one it is, as its name says: no error is none of a kind.
func kindOfError(fn *types.Func) bool {
	sig := fn.Signature()
	return sig.Recv() == nil && sig.Params().Len() == 1 && ssax.IsError(sig.Params().At(0).Type()) && sig.Results().Len() == 1 && isBool(sig.Results().At(0).Type()) &&
		strings.HasPrefix(strings.ToLower(fn.Name()), "is")
}

// isReply reports whether a value is, or may be, what the acquisition has replied.
func (w *walker) isReply(v ssa.Value) bool {
	if phi, ok := v.(*ssa.Phi); ok {
		return slices.ContainsFunc(phi.Edges, func(e ssa.Value) bool { return w.replies[client.Strip(e)] })
	}
	return w.replies[client.Strip(v)]
}

// asConst returns the constant that a value is, also as an interface. An error that is
// a constant, as redis.Nil, is an error.
func asConst(v ssa.Value) (*ssa.Const, bool) {
	if made, ok := v.(*ssa.MakeInterface); ok && !ssax.IsError(made.Type()) {
		v = made.X
	}
	c, ok := v.(*ssa.Const)
	return c, ok
}

// compare decides x == y and its like.
func (w *walker) compare(b *ssa.BinOp, known env) client.Truth {
	switch b.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
	default:
		return client.Unknown // it computes
	}
	x, y := b.X, b.Y
	if _, ok := asConst(x); ok {
		x, y = y, x
	}
	c, ok := asConst(y)
	if !ok {
		// err == redis.Nil, if there is no error
		if ssax.IsError(x.Type()) && (b.Op == token.EQL || b.Op == token.NEQ) {
			if w.outcome.Nil == client.Yes && w.eval(x, known) == client.Yes && w.eval(y, known) == client.Yes && (w.isReply(x) || w.isReply(y)) {
				return client.TruthOf(b.Op == token.EQL)
			}
			if w.eval(x, known) == client.No && w.eval(y, known) == client.Yes || w.eval(y, known) == client.No && w.eval(x, known) == client.Yes {
				return client.TruthOf(b.Op == token.NEQ)
			}
		}
		return client.Unknown
	}
	if c.Value == nil || c.Value.Kind() == constant.Bool {
		positive := b.Op == token.NEQ // x != nil
		if c.Value != nil {
			positive = constant.BoolVal(c.Value) == (b.Op == token.EQL)
		}
		t := w.eval(x, known)
		if t == client.Unknown && w.smooth && ssax.IsError(x.Type()) {
			t = client.No
		}
		if positive {
			return t
		} else {
			return t.Not()
		}
	}
	if !w.replies[client.Strip(x)] || w.outcome.OK == client.Unknown {
		return client.Unknown
	}
	// A reply of 1 or "OK" is the lock, one of 0 or "" is not, nor is a script's own number for a refusal.
	got := constant.MakeInt64(w.refusal)
	if w.outcome.OK == client.Yes {
		got = constant.MakeInt64(1)
	} else if w.counts {
		got = constant.MakeInt64(2)
	}
	want := c.Value
	if want.Kind() == constant.String {
		want = constant.MakeInt64(0)
		if strings.EqualFold(constant.StringVal(c.Value), "OK") {
			want = constant.MakeInt64(1)
		} else if constant.StringVal(c.Value) != "" {
			return client.Unknown
		}
		if b.Op != token.EQL && b.Op != token.NEQ {
			return client.Unknown
		}
	} else if want.Kind() != constant.Int {
		return client.Unknown
	}
	return client.TruthOf(constant.Compare(got, b.Op, want))
}

// repeatedConditions returns the names of conditions that several branches test.
func (f *Func) repeatedConditions() map[string]bool {
	count := make(map[string]bool)
	for _, b := range f.Blocks {
		if len(b.Instrs) == 0 {
			continue
		}
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cond := branch.Cond
		for {
			un, ok := cond.(*ssa.UnOp)
			if !ok || un.Op != token.NOT {
				break
			}
			cond = un.X
		}
		id := f.Pkg.Of(cond).ID()
		if _, ok := count[id]; ok {
			count[id] = true
		} else {
			count[id] = false
		}
	}
	for id, repeated := range count {
		if !repeated {
			delete(count, id)
		}
	}
	return count
}

// secondNilable reports whether a value is a result of a call that returns another one before it which may be nil, too: see [Func.shows].
func secondNilable(v ssa.Value) bool {
	x, ok := v.(*ssa.Extract)
	if !ok {
		return false
	}
	results := x.Tuple.Type().(*types.Tuple)
	for i := range x.Index {
		if t := results.At(i).Type(); nilable(t) && !ssax.IsError(t) {
			return true
		}
	}
	return false
}
