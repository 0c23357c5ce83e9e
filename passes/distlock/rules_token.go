package distlock

import (
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/origin"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// weakToken: a comparison of tokens that are all the same.
func weakToken(c *checker) {
	weakOption(c)
	weakIdentity(c)
	said := make(map[ssa.Instruction]bool)
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Redis || a.Token == nil || said[a.Site] || never(a) || a.Site != a.Instr && a.Token.Kind == expr.Const {
			return
		}
		const everybody = "the comparison at %s finds everybody to be the owner of %s: all have the token %s"
		const namesakes = "holders on two machines pass the comparison at %s: the token of %s is made of %s"
		text, what := everybody, brief(a.Token.Name)
		if a.Token.Kind != expr.Const {
			var n numbers
			if !c.numbered(a.Token, &n, 0) || n == (numbers{}) {
				return
			}
			text, what = namesakes, n.String()
		}
		s := c.section(a)
		for _, r := range append(s.releases[:len(s.releases):len(s.releases)], s.partners...) {
			if (r.Owned || r.Compared) && !c.comparesGiven(r, a.Token) {
				said[a.Site] = true
				c.report(a.Site, analysis.Diagnostic{
					Message: fmt.Sprintf(text, c.at(r), c.lockName(a), what),
					Related: c.related(r, "the token is compared here"),
				})
				return
			}
		}
	})
}

// comparesGiven reports whether a release compares what its callers give it, and not the token: it belongs to another pair of methods.
func (c *checker) comparesGiven(r *trace.Event, token *expr.Expr) bool {
	call, ok := r.Instr.(ssa.CallInstruction)
	if !ok || token.Kind != expr.Const {
		return false
	}
	given := false
	for _, arg := range call.Common().Args {
		for _, v := range append(expr.Elements(arg), arg) {
			e := c.pkg.Of(client.Strip(v))
			if e.ID() == token.ID() {
				return false
			}
			if e.Kind == expr.Param && isText(client.Strip(v).Type()) && (r.Key == nil || !r.Key.Any(func(k *expr.Expr) bool { return k.ID() == e.ID() })) {
				given = true
			}
		}
	}
	return given
}

func isText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// numbers are those that a token is made of: processes on two machines, or in two containers, have the same ones.
type numbers struct{ process, goroutine bool }

func (n numbers) String() string {
	switch {
	case n.process && n.goroutine:
		return "process and goroutine numbers"
	case n.process:
		return "process numbers"
	}
	return "goroutine numbers"
}

// numbered reports whether a value is made of constants and numbers of the process and its goroutines only, and notes which.
func (c *checker) numbered(e *expr.Expr, n *numbers, depth int) bool {
	if depth > limits.MaxCalls {
		return false
	}
	all := func(vals []ssa.Value) bool {
		return len(vals) > 0 && !slices.ContainsFunc(vals, func(v ssa.Value) bool { return !c.numbered(c.pkg.Of(v), n, depth+1) })
	}
	switch e.Kind {
	case expr.Const:
		return true
	case expr.Call, expr.Elem:
		return !slices.ContainsFunc(e.Args, func(arg *expr.Expr) bool { return !c.numbered(arg, n, depth+1) })
	case expr.Field:
		return all(c.storedIn(e))
	case expr.Opaque:
		switch v := e.Value.(type) {
		case *ssa.Call:
			return c.numberedResult(v, n, all)
		case *ssa.Convert:
			return all([]ssa.Value{v.X})
		case *ssa.MakeInterface:
			return all([]ssa.Value{v.X})
		}
	}
	return false
}

// numberNames are how functions elsewhere are called, in small letters, that return the number of a process or a goroutine.
var numberNames = lazyregexp.New(`^(get)?(cur(rent)?)?_?(process|pid|goroutine|goid|gid)`)

// numberedResult is numbered for the result of a call.
func (c *checker) numberedResult(call *ssa.Call, n *numbers, all func([]ssa.Value) bool) bool {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	switch {
	case fn.String() == "os.Getpid" || fn.String() == "os.Getppid":
		n.process = true
		return true
	case len(fn.Blocks) > 0 && usesStack(fn):
		n.goroutine = true
		return true
	case len(fn.Blocks) > 0:
		var vals []ssa.Value
		for _, results := range ssax.Returns(fn) {
			vals = append(vals, results[0])
		}
		return all(vals)
	case len(call.Call.Args) == 0 && numberNames.MatchString(name):
		has := func(word string) bool { return strings.Contains(name, word) }
		n.process = n.process || has("process") || has("pid")
		n.goroutine = n.goroutine || has("goroutine") || has("goid") || has("gid")
		return true
	}
	return false
}

// usesStack reports whether a function reads the goroutine's number, which its stack begins with.
func usesStack(fn *ssa.Function) bool {
	return slices.ContainsFunc(callsIn(fn), func(call *ssa.CallCommon) bool {
		return call.StaticCallee() != nil && call.StaticCallee().String() == "runtime.Stack"
	})
}

// sameField reports whether two expressions are the same field, be it of two objects.
func sameField(x, y *expr.Expr) bool { return x.Name == y.Name && x.Owner == y.Owner }

// storedIn returns what the package puts into a field.
func (c *checker) storedIn(field *expr.Expr) (vals []ssa.Value) {
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				st, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				if fa, ok := st.Addr.(*ssa.FieldAddr); ok {
					if sameField(c.pkg.Of(fa), field) {
						vals = append(vals, st.Val)
					}
				}
			}
		}
	}
	return vals
}

// weakOption: a library is told to use one token.
func weakOption(c *checker) {
	const everybody = "a holder whose lock has expired releases that of the next: all have the token %s"
	// https://pkg.go.dev/github.com/go-redsync/redsync/v4#WithGenValueFunc
	for _, path := range []string{"/redsync/v4", "/redsync/v3", "/redsync"} {
		c.calls(path, "WithGenValueFunc", func(f *trace.Func, call *ssa.Call) {
			if token, ok := returnsText(function(call.Call.Args[0])); ok {
				c.reportf(call, everybody, brief(token))
			}
		})
	}
	// https://pkg.go.dev/github.com/bsm/redislock#Options
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Redislock || a.Depth > 0 {
			return
		}
		args := client.Args(a.Call.Common())
		if token := text(client.Fields(args[len(args)-1])["Token"]); token != "" {
			c.reportf(a.Instr, everybody, brief(token))
		}
	})
	// https://pkg.go.dev/cirello.io/dynamolock/v2#UnsafeMatchOwnerOnly: otherwise it
	// compares the version of the record too.
	for _, path := range []string{"/dynamolock/v2", "/dynamolock"} {
		c.calls(path, "WithOwnerName", func(f *trace.Func, call *ssa.Call) {
			if name := text(call.Call.Args[0]); name != "" && c.matchesOwnerOnly(path, call) {
				c.reportf(call, "each client finds the others' locks to be its own: all have the name %s, and only that is compared", brief(name))
			}
		})
	}
}

// matchesOwnerOnly reports whether a client that is made with an option is told,
// where it renews a lock, to look at nothing but the name of the owner.
func (c *checker) matchesOwnerOnly(path string, option *ssa.Call) (only bool) {
	var made origin.Set
	c.calls(path, "New", func(f *trace.Func, call *ssa.Call) {
		for _, arg := range call.Call.Args {
			if slices.Contains(expr.Elements(arg), ssa.Value(option)) {
				if cli := ssax.Result(call, 0); cli != nil {
					made = c.origins(cli)
				}
			}
		}
	})
	for _, name := range []string{"SendHeartbeat", "SendHeartbeatWithContext"} {
		c.calls(path, name, func(f *trace.Func, call *ssa.Call) {
			if on := c.origins(call.Call.Args[0]); made != nil && !on.Open() && !on.Meets(made) {
				return
			}
			for _, arg := range call.Call.Args {
				for _, elem := range expr.Elements(arg) {
					if option, ok := elem.(*ssa.Call); ok {
						fn := client.Callee(option.Common())
						only = only || fn != nil && fn.Name() == "UnsafeMatchOwnerOnly"
					}
				}
			}
		})
	}
	return only
}

// weakIdentity: each process that wants to lead finds its own name in the lease.
// https://pkg.go.dev/k8s.io/client-go/tools/leaderelection/resourcelock#ResourceLockConfig
func weakIdentity(c *checker) {
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok || text(store.Val) == "" {
					continue
				}
				field, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || c.pkg.Of(field).Name != "Identity" {
					continue
				}
				if pkg, name := client.Named(field.X.Type()); name == "ResourceLockConfig" && client.Known(pkg) {
					c.reportf(store, "each candidate finds itself to be the leader: all have the identity %s", brief(text(store.Val)))
				}
			}
		}
	}
}

// text returns a constant string as Go writes it, or "" if the value is none or
// the string is empty.
func text(v ssa.Value) string {
	if v == nil {
		return ""
	}
	k := client.Const(v)
	if k == nil || k.Kind() != constant.String || constant.StringVal(k) == "" {
		return ""
	}
	return k.ExactString()
}

// returnsText returns the constant that a function returns first, if it returns
// nothing else.
func returnsText(fn *ssa.Function) (token string, ok bool) {
	if fn == nil {
		return "", false
	}
	for _, results := range ssax.Returns(fn) {
		if len(results) == 0 {
			continue
		}
		if t := text(results[0]); t == "" || token != "" && t != token {
			return "", false
		} else {
			token = t
		}
	}
	return token, token != ""
}

// brief cuts a long constant for a message.
func brief(text string) string {
	if len(text) <= 24 {
		return text
	}
	return text[:20] + `…"`
}
