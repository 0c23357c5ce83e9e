package distlock

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// unfenced: a holder that was paused wakes up when the lock is somebody else's, and
// writes what it has computed before.
func unfenced(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued || !canBeLost(a.Backend) {
			return
		}
		s := c.section(a)
		if s.class != mutex {
			return
		}
		held := a.Fn.Walk(a, a.Outcomes.Held, func(in ssa.Instruction) bool {
			return slices.ContainsFunc(s.releases, func(r *trace.Event) bool { return r.Instr == in && r.Mode == trace.Now })
		})
		for _, b := range a.Fn.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(*ssa.Call)
				if !ok || !held.Visited[in] {
					continue
				}
				switch {
				case overwrites(call) && !locksRowsIn(a.Fn):
					c.reportf(call, "this is written even after %s is lost: nothing in the statement lets the table refuse it", c.lockName(a))
					return
				case a.Backend == client.Etcd && putsBlindly(a.Fn, call):
					c.reportf(call, "this is written even after %s is lost: a transaction that asks IsOwner would be refused", c.lockName(a))
					return
				}
			}
		}
	})
}

// canBeLost reports whether a lock of a store can go to somebody else while its
// holder works. One of a connection, or of the kernel, ends with its holder.
func canBeLost(b client.Backend) bool {
	return !b.SQL() && b != client.Flock && !b.Kept()
}

// putsBlindly reports whether a call puts a key of etcd, other than by a transaction.
func putsBlindly(f *trace.Func, call *ssa.Call) bool {
	for _, e := range f.At(call) {
		if e.Op == client.Write && e.Backend == client.EtcdKey && e.Depth == 0 {
			return true
		}
	}
	return false
}

var (
	// changes are statements that write over what is there; what is inserted is new.
	changes = lazyregexp.New(`(?is)^\s*(update\s+\S+\s+set\b|delete\s+from\b)`)
	// fences are what tables compare: a column of a condition, or one that is counted up.
	fences = lazyregexp.New(`(?i)version|revision|fenc|token|epoch|generation|lock_?index|etag|xmin|\bterm\b|updated_at\s*(=|<)`)
	// relative statements compute what they write from what is there.
	relative = lazyregexp.New(`(?i)\bset\s+(\w+)\s*=\s*(coalesce\(\s*)?(\w+)\s*[-+]`)
)

// overwrites reports whether a call runs a statement that writes, whatever is there.
func overwrites(call *ssa.Call) bool {
	fn := client.Callee(call.Common())
	if fn == nil || fn.Pkg() == nil || !client.SQL(client.PkgPath(fn)) {
		return false
	}
	for _, arg := range client.Args(call.Common()) {
		text := client.StatementText(arg)
		if !changes.MatchString(text) {
			continue
		}
		m := relative.FindStringSubmatch(text)
		return !fences.MatchString(text) && (m == nil || m[1] != m[3])
	}
	return false
}

// locksRowsIn reports whether a function locks rows as well, by SELECT … FOR UPDATE.
func locksRowsIn(f *trace.Func) bool {
	for _, call := range callsIn(f.Function) {
		for _, arg := range client.Args(call) {
			if client.LocksRows(client.StatementText(arg)) {
				return true
			}
		}
	}
	return false
}
