package distlock

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// A ctxSource is where a context comes from: a request, a function of package context,
// or a parameter.
type ctxSource struct {
	request bool       // it ends with a request of a server
	made    *ssa.Call  // the call of package context that gives it an end of its own, the last of them; nil if none
	param   *expr.Expr // the parameter of a function of this package that it comes from; nil if none
	// passed is the call in this package by which it comes to the function that uses it;
	// nil if that one has it by itself, or from elsewhere.
	passed ssa.CallInstruction
}

// contextSources returns where a context comes from, as far as the package shows.
func (c *checker) contextSources(ctx *expr.Expr) (sources []ctxSource) {
	seen := make(map[string]bool)
	var follow func(e *expr.Expr, s ctxSource, depth int)
	follow = func(e *expr.Expr, s ctxSource, depth int) {
		if depth > limits.MaxDistPassed || seen[e.ID()] {
			return
		}
		seen[e.ID()] = true
		switch {
		case ofRequest(e), ofLogic(e):
			s.request = true
			sources = append(sources, s)
		case e.Kind == expr.Param && e.Fn != nil:
			p := s
			p.param = e
			p.request = servesRPC(e)
			sources = append(sources, p)
			for _, call := range c.callers()[e.Fn] {
				if args := call.Common().Args; e.Index < len(args) {
					next := s
					if next.passed == nil {
						next.passed = call
					}
					follow(c.pkg.Of(args[e.Index]), next, depth+1)
				}
			}
		case e.Kind == expr.Opaque:
			parent, call := parentContext(e.Value)
			if parent == nil {
				if s.made != nil {
					sources = append(sources, s)
				}
				return
			}
			if s.made == nil && cancels(call) {
				s.made = call
			}
			follow(c.pkg.Of(parent), s, depth)
		case s.made != nil:
			sources = append(sources, s)
		}
	}
	follow(ctx, ctxSource{}, 0)
	return sources
}

// ofRequest reports whether a context is that of an HTTP request.
func ofRequest(ctx *expr.Expr) bool {
	const method = "(*net/http.Request).Context"
	if ctx.Kind == expr.Call {
		return ctx.Name == method
	}
	made, ok := ctx.Value.(*ssa.Call)
	if ctx.Kind != expr.Opaque || !ok {
		return false
	}
	fn := client.Callee(made.Common())
	return fn != nil && fn.FullName() == method
}

// ofLogic reports whether a context is kept in an object as go-zero makes one for each
// request: https://go-zero.dev/docs/tasks/dsl/api/types.
func ofLogic(ctx *expr.Expr) bool {
	if ctx.Kind != expr.Field || ctx.Name != "ctx" || ctx.OwnerType == nil {
		return false
	}
	st, ok := ctx.OwnerType.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if pkg, name := client.Named(f.Type()); f.Embedded() && name == "Logger" && strings.HasSuffix(pkg, "/go-zero/core/logx") {
			return true
		}
	}
	return false
}

// rpcServer is how protoc's plugins call the type that the implementation of a service embeds.
var rpcServer = lazyregexp.New(`^(Unimplemented|Unsafe).+(Server|Handler)$`)

// servesRPC reports whether a parameter is the context of a call of gRPC or Connect: the
// first of an exported method with one more parameter, a result and an error, whose type
// embeds what the service's generated code says.
func servesRPC(param *expr.Expr) bool {
	obj, ok := param.Fn.Object().(*types.Func)
	recv := param.Fn.Signature.Recv()
	if !ok || recv == nil || !obj.Exported() || param.Index != 1 || param.Fn.Signature.Params().Len() != 2 || param.Fn.Signature.Results().Len() != 2 {
		return false
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if _, name := client.Named(f.Type()); f.Embedded() && rpcServer.MatchString(name) {
			return true
		}
	}
	return false
}

// parentContext returns the context that another one is made from, and the call that
// makes it; nil if that ends independently of it, or nobody knows.
func parentContext(v ssa.Value) (ssa.Value, *ssa.Call) {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil, nil
	}
	fn := client.Callee(call.Common())
	if fn == nil || fn.Pkg() == nil || words.Has(fn.Name(), detachWords) {
		return nil, nil
	}
	for _, arg := range client.Args(call.Common()) {
		if client.IsContext(arg.Type()) {
			return client.Strip(arg), call
		}
	}
	return nil, nil
}

// detachWords are words of functions that make a context which outlives the one it is made from.
var detachWords = words.Of(`without detach detached background todo`)

// callers returns the calls of the package by the functions that they run.
func (c *checker) callers() map[*ssa.Function][]ssa.CallInstruction {
	if c.callsOf == nil {
		c.callsOf = make(map[*ssa.Function][]ssa.CallInstruction)
		for _, f := range c.pkg.Funcs {
			for _, b := range f.Blocks {
				for _, in := range b.Instrs {
					if call, ok := in.(ssa.CallInstruction); ok {
						if fn := call.Common().StaticCallee(); fn != nil && !c.test(f) {
							c.callsOf[fn] = append(c.callsOf[fn], call)
						}
					}
				}
			}
		}
	}
	return c.callsOf
}

// derived returns a context and those that it is made from, in the function that uses
// it: it ends when one of them does.
func (c *checker) derived(ctx *expr.Expr) map[string]bool {
	ids := make(map[string]bool)
	for ctx != nil && !ids[ctx.ID()] {
		ids[ctx.ID()] = true
		if ctx.Kind != expr.Opaque {
			break
		}
		parent, _ := parentContext(ctx.Value)
		if parent == nil {
			break
		}
		ctx = c.pkg.Of(parent)
	}
	return ids
}

// deadline reports whether a call of package context sets a time at which the context ends.
func deadline(made *ssa.Call) bool {
	return made != nil && cancels(made) && !strings.HasPrefix(client.Callee(made.Common()).Name(), "WithCancel")
}
