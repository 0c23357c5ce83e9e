package distlock

import (
	"fmt"
	"go/constant"
	"go/token"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// duration returns a time to live that is constant.
func duration(t trace.TTL) (time.Duration, bool) {
	if t.Kind != client.TTLValue || t.Expr == nil || t.Expr.Kind != expr.Const || t.Expr.Const == nil {
		return 0, false
	}
	c := t.Expr.Const
	if c.Kind() == constant.String {
		return 0, false
	}
	n, ok := constant.Int64Val(constant.ToInt(c))
	if !ok {
		return 0, false
	}
	return time.Duration(n) * max(t.Unit, 1), true
}

// never reports whether an acquired key does not expire. For go-redis an
// expiration of 0 is none, and so is KeepTTL, -1, on a new key.
func never(e *trace.Event) bool {
	if e.TTL.Kind == client.TTLNever {
		return true
	}
	d, ok := duration(e.TTL)
	return ok && (d == 0 || d == -1) && !e.TTL.Raw
}

// expires returns an event of the same function that sets the lock's expiry after it was acquired.
func (c *checker) expires(a *trace.Event) *trace.Event {
	s := c.section(a)
	for _, e := range a.Fn.Events {
		if (e.Op == client.Extend || e.Op == client.Write && !never(e)) && sameLock(a, e) && s.held.Visited[e.Instr] {
			return e
		}
	}
	return nil
}

// noExpiry: the holder dies, and nobody gets the lock again.
func noExpiry(c *checker) {
	endlessSession(c)
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Site != a.Instr || a.Queued || !never(a) || c.expires(a) != nil || a.Backend == client.S3 {
			return // objects never expire
		}
		s := c.section(a)
		if s.class != mutex && (s.class != likely || a.Backend.Kept()) || a.Backend.Kept() && c.looksForOld(a) {
			return
		}
		// Some other function sets it: a renewal, or the second of two steps.
		for _, t := range c.templatesOf(a) {
			for _, e := range c.templates[t] {
				if e.Op == client.Extend {
					return
				}
			}
		}
		why := a.Command + " has no time to live"
		switch {
		case a.Backend == client.ZNode:
			why = a.Command + " is without FlagEphemeral"
		case a.Backend == client.LockRow:
			why = "no column of the row says when it ends"
		case a.Command == "Mkdir":
			why = "Mkdir leaves the directory behind"
		case a.Backend == client.LockFile:
			why = a.Command + " leaves the file behind"
		}
		c.reportf(a.Site, "nobody gets %s again if this process dies: it never expires (%s)", c.lockName(a), why)
	})
}

// looksForOld reports whether the package looks at locks that are files or rows: who
// has one, or how old it is, by which it can be told that its holder is gone. A file
// may also be locked by the kernel.
func (c *checker) looksForOld(a *trace.Event) bool {
	for _, e := range a.Fn.Events {
		if e.Op == client.Read && (sameLock(a, e) || inside(a, e) && removedAfter(a, e)) {
			return true
		}
	}
	for _, t := range c.templatesOf(a) {
		for _, e := range c.templates[t] {
			if sameStore(a, e) && (e.Op == client.Read || e.Op == client.Release && forced(e.Fn)) {
				return true
			}
		}
	}
	return slices.ContainsFunc(callsIn(a.Fn.Function), func(call *ssa.CallCommon) bool {
		fn := client.Callee(call)
		return fn != nil && strings.Contains(strings.ToLower(fn.Name()), "flock")
	})
}

// inside reports whether an event is about a file in a directory that is the lock: the one that says who has it.
func inside(dir, file *trace.Event) bool {
	return dir.Command == "Mkdir" && file.Backend == dir.Backend && dir.Key != nil && file.Key != nil &&
		file.Key.Any(func(e *expr.Expr) bool { return e.ID() == dir.Key.ID() })
}

// removedAfter reports whether a lock is removed after something has been read: by the function that reads it, or where that has been called.
func removedAfter(a, read *trace.Event) bool {
	return slices.ContainsFunc(a.Fn.Events, func(r *trace.Event) bool {
		return r.Op == client.Release && sameLock(a, r) && (r.Instr == read.Instr || ssax.Dominates(read.Instr, r.Instr))
	})
}

// twoStep: the holder dies between the two, and nobody gets the lock again.
func twoStep(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Site != a.Instr || a.Queued || !never(a) {
			return
		}
		e := c.expires(a)
		s := c.section(a)
		if e == nil || e.Queued || s.class == none && (a.Strict || !c.lockNamed(a) && !s.gated) {
			return
		}
		d := analysis.Diagnostic{
			Message: fmt.Sprintf("nobody gets %s again if this process dies before %s: its expiry is a second step", c.lockName(a), c.at(e)),
			Related: c.related(e, "the expiry is set here"),
		}
		if fix, ok := c.fixTwoStep(a, e); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
		c.report(a.Site, d)
	})
}

// wrongUnit: 30 nanoseconds, or a Duration taken for a number of seconds.
func wrongUnit(c *checker) {
	wrongSeconds(c)
	for _, op := range []client.Op{client.Acquire, client.Extend, client.Write} {
		c.events(op, func(e *trace.Event) {
			if e.Site != e.Instr || e.TTL.Expr == nil {
				return
			}
			d, ok := duration(e.TTL)
			if e.TTL.Raw && e.TTL.Value != nil && e.TTL.Value.Parent() == e.Fn.Function {
				if method, is := unitOf(e.TTL.Value); method != "" && is != max(e.TTL.Unit, 1) {
					c.reportf(e.Site, "the lock lives %s than meant: %s is given %s, and takes %s", longer(is < e.TTL.Unit), e.Command, strings.ToLower(method), plural(e.TTL.Unit))
					return
				}
			}
			if e.TTL.Value != nil && e.TTL.Value.Parent() == e.Fn.Function && c.timesUnit(e.TTL.Value) {
				c.reportf(e.Site, "the lock lives for decades, or its time overflows: a time.Duration is multiplied by a unit again")
				return
			}
			switch {
			case e.TTL.Raw && e.TTL.Value != nil && client.IsDuration(client.Strip(e.TTL.Value).Type()) && !c.counts(client.Strip(e.TTL.Value)):
				unit := "seconds"
				if e.TTL.Unit == time.Millisecond {
					unit = "milliseconds"
				}
				c.report(e.Site, c.withUnitFix(e, analysis.Diagnostic{Message: fmt.Sprintf(
					"the server gets nanoseconds, or text that it refuses: %s wants a number of %s, not a time.Duration", e.Command, unit)}))
			case e.TTL.Unit == time.Second && !e.TTL.Raw && e.TTL.Value != nil && e.TTL.Value.Parent() == e.Fn.Function && c.nanoseconds(e.TTL.Value):
				d := analysis.Diagnostic{Message: fmt.Sprintf("%s is given the nanoseconds of a time.Duration: it takes a number of seconds", e.Command)}
				d.SuggestedFixes = c.fixSecondsIn(e.Instr)
				c.report(e.Site, d)
			case ok && !e.TTL.Raw && e.TTL.Unit == 0 && 0 < d && d < time.Millisecond:
				c.report(e.Site, c.withUnitFix(e, analysis.Diagnostic{Message: fmt.Sprintf(
					"%s is given %d ns to live: a number without a unit is a number of nanoseconds", c.lockName(e), d)}))
			}
		})
	}
}

// units are the methods of a Duration that count.
var units = map[string]time.Duration{
	"Seconds": time.Second, "Milliseconds": time.Millisecond, "Microseconds": time.Microsecond, "Nanoseconds": 1,
}

// unitOf returns the method of a Duration that a number comes from, or would come from that is a Duration divided by a unit, and the unit; ""
// if it comes from elsewhere.
func unitOf(v ssa.Value) (method string, unit time.Duration) {
	v = client.Strip(v)
	if x, ok := v.(*ssa.Convert); ok {
		v = client.Strip(x.X)
	}
	if div, ok := v.(*ssa.BinOp); ok && div.Op == token.QUO && client.IsDuration(div.X.Type()) {
		by := client.Const(div.Y)
		if by == nil {
			return "", 0
		}
		for name, unit := range units {
			if n, ok := constant.Int64Val(constant.ToInt(by)); ok && time.Duration(n) == unit {
				return name, unit
			}
		}
		return "", 0
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return "", 0
	}
	fn := client.Callee(call.Common())
	if fn == nil || client.PkgPath(fn) != "time" || units[fn.Name()] == 0 {
		return "", 0
	}
	return fn.Name(), units[fn.Name()]
}

func longer(yes bool) string {
	if yes {
		return "longer"
	}
	return "shorter"
}

func plural(unit time.Duration) string {
	if unit == time.Second {
		return "seconds"
	}
	return "milliseconds"
}

// seconds are functions that take a number of seconds, by the end of their
// package's path; the argument is the last one but so many.
var seconds = []struct {
	pkg, name string
	fromEnd   int
}{
	{"etcd/client/v3", "Grant", 0},
	{"etcd/clientv3", "Grant", 0},
	{"etcd/client/v3/concurrency", "WithTTL", 0},
	{"etcd/clientv3/concurrency", "WithTTL", 0},
	{"/core/stores/redis", "SetExpire", 0},
	{"/core/stores/redis", "Expire", 0},
	{"/core/stores/redis", "ExpireCtx", 0},
	{"/core/stores/redis", "SetnxEx", 0},
	{"/core/stores/redis", "SetnxExCtx", 0},
}

// durations are functions other than acquisitions that take a time to live.
var durations = []struct{ pkg, name string }{
	{"/redsync/v4", "WithExpiry"},
	{"/redsync/v3", "WithExpiry"},
	{"/asynq", "Unique"},
}

// wrongSeconds: the nanoseconds of a Duration as a number of seconds.
func wrongSeconds(c *checker) {
	for _, row := range seconds {
		c.calls(row.pkg, row.name, func(f *trace.Func, call *ssa.Call) {
			arg := call.Call.Args[len(call.Call.Args)-1-row.fromEnd]
			if c.nanoseconds(arg) {
				c.report(call, analysis.Diagnostic{
					Message:        fmt.Sprintf("%s is given the nanoseconds of a time.Duration: it takes a number of seconds", row.name),
					SuggestedFixes: c.fixSecondsIn(call),
				})
			}
		})
	}
	for _, row := range durations {
		c.calls(row.pkg, row.name, func(f *trace.Func, call *ssa.Call) {
			k := client.Const(call.Call.Args[0])
			if k == nil {
				return
			}
			if n, ok := constant.Int64Val(constant.ToInt(k)); ok && 0 < n && time.Duration(n) < time.Millisecond {
				c.reportf(call, "%s is given %d ns: a number without a unit is a number of nanoseconds", row.name, n)
			}
		})
	}
}

// endlessLease is the longest lease that etcd grants, in seconds: clientv3.MaxLeaseTTL, which stands for no end at all.
// https://pkg.go.dev/go.etcd.io/etcd/client/v3#pkg-constants
const endlessLease = 9_000_000_000

// nanoseconds reports whether a number is a converted Duration: as a value, or as
// a constant that would be years.
func (c *checker) nanoseconds(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Convert:
		return client.IsDuration(v.X.Type()) && !c.counts(v.X)
	case *ssa.ChangeType:
		return client.IsDuration(v.X.Type()) && !c.counts(v.X)
	case *ssa.Const:
		if v.Value == nil {
			return false
		}
		n, ok := constant.Int64Val(constant.ToInt(v.Value))
		return ok && n >= int64(time.Second) && n%int64(time.Millisecond) == 0 && n != endlessLease
	}
	return false
}

// counts reports whether a Duration is how often another one fits into it: d / time.Second, or a variable with that.
func (c *checker) counts(v ssa.Value) bool {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = c.pkg.Loaded(load)
	}
	b, ok := v.(*ssa.BinOp)
	return ok && b.Op == token.QUO
}
