package distlock

import (
	"fmt"
	"go/constant"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// tooShort: the lock expires while its holder works.
func tooShort(c *checker) {
	goZeroShort(c)
	uniqueShort(c)
	c.events(client.Acquire, func(a *trace.Event) {
		ttl, ok := c.lives(a)
		if !ok || a.Mode != trace.Now || a.Queued || c.section(a).class != mutex || c.renewed(a) {
			return
		}
		work := a.Fn.Walk(a, a.Outcomes.Held, func(in ssa.Instruction) bool {
			for _, e := range a.Fn.At(in) {
				if e.Op == client.Release && e.Mode == trace.Now && sameLock(a, e) {
					return true
				}
			}
			return c.goesOn(a, in)
		})
		for _, b := range a.Fn.Blocks {
			for _, in := range b.Instrs {
				if !work.Visited[in] {
					continue
				}
				d, what := c.lasts(in, 2)
				if d <= ttl {
					continue
				}
				c.report(a.Instr, analysis.Diagnostic{
					Message: fmt.Sprintf("somebody else gets %s during the work: it lives %v, and %s at %s is %v", c.lockName(a), short(ttl), what, c.pos(in), short(d)),
					Related: []analysis.RelatedInformation{{Pos: pos(in), Message: "this outlasts the lock"}},
				})
				return
			}
		}
	})
}

// goZeroShort: RedisLock of go-zero lives half a second unless it is told otherwise.
func goZeroShort(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend == client.GoZero && a.Depth == 0 && !c.setsExpiry(a.Key) {
			c.reportf(a.Instr, "somebody else gets %s after half a second: SetExpire is never called", c.lockName(a))
		}
	})
}

// uniqueShort: a task of asynq is in its queue once until it has been processed, or
// its time is over; after that another one like it runs at the same time. Timeout
// stands beside Unique in a list of options.
func uniqueShort(c *checker) {
	c.calls("/asynq", "Unique", func(f *trace.Func, call *ssa.Call) {
		ttl, ok := constantDuration(call.Call.Args[0])
		if !ok || ttl < time.Millisecond {
			return
		}
		for _, option := range siblings(call) {
			other, ok := option.(*ssa.Call)
			if !ok {
				continue
			}
			if fn := client.Callee(other.Common()); fn == nil || fn.Name() != "Timeout" || len(other.Call.Args) != 1 {
				continue
			}
			if d, ok := constantDuration(other.Call.Args[0]); ok && d > ttl {
				c.reportf(call, "the task is not unique while it runs: it is for %v, and Timeout at %s allows it %v", short(ttl), c.pos(other), short(d))
			}
		}
	})
}

// siblings returns what stands in the list in which a value is.
func siblings(v ssa.Value) []ssa.Value {
	for _, r := range *v.Referrers() {
		store, ok := r.(*ssa.Store)
		if !ok {
			continue
		}
		at, ok := store.Addr.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *at.X.Referrers() {
			if list, ok := r.(*ssa.Slice); ok {
				return expr.Elements(list)
			}
		}
	}
	return nil
}

// redsyncExpiry is how long a Mutex of redsync lives without WithExpiry.
// https://pkg.go.dev/github.com/go-redsync/redsync/v4#Redsync.NewMutex
const redsyncExpiry = 8 * time.Second

// lives returns how long an acquired lock lives, if that is known.
func (c *checker) lives(a *trace.Event) (time.Duration, bool) {
	if a.Backend != client.Redsync {
		d, ok := duration(a.TTL)
		// wrongUnit looks at the shortest.
		return d, ok && !never(a) && d >= time.Millisecond
	}
	if a.Key.Kind != expr.Opaque {
		return 0, false
	}
	made, ok := a.Key.Value.(*ssa.Call)
	if !ok {
		return 0, false
	}
	if fn := client.Callee(made.Common()); fn == nil || fn.Name() != "NewMutex" {
		return 0, false
	}
	args := client.Args(made.Common())
	options := args[len(args)-1]
	if k, ok := options.(*ssa.Const); ok && k.Value == nil {
		return redsyncExpiry, true
	}
	elems := expr.Elements(options)
	if elems == nil {
		return 0, false
	}
	ttl := redsyncExpiry
	for _, option := range elems {
		call, ok := option.(*ssa.Call)
		if !ok {
			return 0, false
		}
		fn := client.Callee(call.Common())
		if fn == nil || !client.Known(client.PkgPath(fn)) {
			return 0, false
		}
		if fn.Name() == "WithExpiry" {
			if ttl, ok = constantDuration(call.Call.Args[0]); !ok {
				return 0, false
			}
		}
	}
	return ttl, ttl >= time.Millisecond
}

// lasts returns how long an instruction takes, or lets others take, if that is
// constant, and what it is; also in functions of the package that it calls, as deep
// as depth says.
func (c *checker) lasts(in ssa.Instruction, depth int) (longest time.Duration, what string) {
	call, ok := in.(*ssa.Call)
	if !ok {
		return 0, ""
	}
	fn := client.Callee(call.Common())
	if fn == nil {
		return 0, ""
	}
	switch fn.FullName() {
	case "time.Sleep":
		d, _ := constantDuration(call.Call.Args[0])
		return d, "the sleep"
	case "context.WithTimeout", "context.WithTimeoutCause":
		if limitsWork(ssax.Result(call, 0)) {
			d, _ := constantDuration(call.Call.Args[1])
			return d, "the time allowed"
		}
	case "(*net/http.Client).Do", "(*net/http.Client).Get", "(*net/http.Client).Head", "(*net/http.Client).Post", "(*net/http.Client).PostForm":
		return c.httpTimeout(call.Call.Args[0]), "the HTTP timeout"
	}
	callee := c.pkg.Func(call.Call.StaticCallee())
	if callee == nil || depth == 0 {
		return 0, ""
	}
	for _, b := range callee.Blocks {
		for _, inner := range b.Instrs {
			if d, of := c.lasts(inner, depth-1); d > longest && unlessFailed(inner) {
				longest, what = d, of
			}
		}
	}
	return longest, what
}

// httpTimeout returns the constant Timeout of an http.Client that the package makes,
// or 0.
func (c *checker) httpTimeout(v ssa.Value) (timeout time.Duration) {
	for _, source := range c.origins(v) {
		if source.Value == nil {
			return 0
		}
		field := client.Fields(source.Value)["Timeout"]
		if field == nil {
			return 0
		}
		d, ok := constantDuration(field)
		if !ok {
			return 0
		}
		if timeout == 0 || d < timeout {
			timeout = d
		}
	}
	return timeout
}

// unlessFailed reports whether a function comes to an instruction whenever no error
// turns up before it.
func unlessFailed(in ssa.Instruction) bool {
	for d := in.Block().Idom(); d != nil; d = d.Idom() {
		if _, branches := d.Instrs[len(d.Instrs)-1].(*ssa.If); branches && errorTest(d) == nil {
			return false
		}
	}
	return !afterError(in)
}

// limitsWork reports whether a context is given to more than the lock's library.
func limitsWork(ctx ssa.Value) bool {
	if ctx == nil {
		return false
	}
	for _, r := range *ctx.Referrers() {
		if call, ok := r.(*ssa.Call); ok && works(call) {
			return true
		}
	}
	return false
}

// works reports whether a call that is given a context may do anything with it
// but use the lock's library, print, or make another context.
func works(call *ssa.Call) bool {
	fn := client.Callee(call.Common())
	if fn == nil || fn.Pkg() == nil {
		return true
	}
	path := client.PkgPath(fn)
	return path != "context" && !strings.HasPrefix(path, "log") && (!client.Known(path) || client.SQL(path))
}

func constantDuration(v ssa.Value) (time.Duration, bool) {
	k := client.Const(v)
	if k == nil {
		return 0, false
	}
	n, ok := constant.Int64Val(constant.ToInt(k))
	return time.Duration(n), ok
}

// short writes a duration without the units that are zero.
func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
