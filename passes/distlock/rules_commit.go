package distlock

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// beforeCommit: the next holder of the lock does not see what was written under it.
func beforeCommit(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued {
			return
		}
		s := c.section(a)
		if s.class != mutex || s.held.GaveUp {
			return
		}
		for _, r := range s.heldReleases() {
			if r.Mode != trace.Now && r.Mode != trace.Deferred {
				continue
			}
			for in := range writesUnder(c, s, r) {
				tx := c.txOf(in)
				commit, later := c.commitsAfter(s, r, tx)
				if !later {
					continue
				}
				d := analysis.Diagnostic{
					Message: fmt.Sprintf("the next holder of %s does not see what was written: the transaction commits after the release", c.lockName(r)),
					Related: c.related(a, "the lock is acquired here"),
				}
				if commit != nil {
					d.Message = fmt.Sprintf("the next holder of %s does not see what was written: the transaction commits later, at %s", c.lockName(r), c.pos(commit))
					d.Related = append(d.Related, analysis.RelatedInformation{Pos: pos(commit), Message: "the transaction commits here"})
				}
				c.report(r.Instr, d)
				break
			}
		}
	})
}

// writesUnder yields the writes of transactions between an acquisition and a
// release of its lock, in the order of the source.
func writesUnder(c *checker, s *section, r *trace.Event) func(func(ssa.Instruction) bool) {
	return func(yield func(ssa.Instruction) bool) {
		for _, b := range s.acquire.Fn.Blocks {
			for _, in := range b.Instrs {
				if !s.held.Visited[in] || !c.writes(s.acquire.Fn, in) {
					continue
				}
				// A deferred release comes after all that follows the acquisition.
				if r.Mode == trace.Now && !leadsTo(in, r.Instr, s.acquire.Instr) {
					continue
				}
				if !yield(in) {
					return
				}
			}
		}
	}
}

// leadsTo reports whether a path leads from one instruction to another, not
// through a third.
func leadsTo(from, to, not ssa.Instruction) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var follow func(b *ssa.BasicBlock, i int) bool
	follow = func(b *ssa.BasicBlock, i int) bool {
		for _, in := range b.Instrs[i:] {
			if in == to {
				return true
			}
			if in == not {
				return false
			}
		}
		for _, succ := range b.Succs {
			if !seen[succ] {
				seen[succ] = true
				if follow(succ, 0) {
					return true
				}
			}
		}
		return false
	}
	return follow(from.Block(), slices.Index(from.Block().Instrs, from)+1)
}

// txOf returns the transaction that a call is made on or is given, or nil.
func (c *checker) txOf(in ssa.Instruction) *expr.Expr {
	call, ok := in.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	if recv := client.Receiver(call.Common()); recv != nil {
		if tx := c.transaction(recv); tx != nil {
			return tx
		}
	}
	for _, arg := range client.Args(call.Common()) {
		if tx := c.transaction(arg); tx != nil {
			return tx
		}
	}
	return nil
}

// transaction returns the name of a transaction of SQL, or nil if the value is
// none. A Tx that embeds another is the same one.
func (c *checker) transaction(v ssa.Value) *expr.Expr {
	v = client.Strip(v)
	if client.Gorm(v.Type()) {
		if root := c.gormRoot(v); c.gormConn(root, 3) == client.Tx {
			return root
		}
		return nil
	}
	if pkg, name := client.Named(v.Type()); !client.SQL(pkg) || name != "Tx" {
		return nil
	}
	tx := c.pkg.Of(v)
	for tx.Kind == expr.Field && tx.Name == "Tx" {
		tx = tx.Args[0]
	}
	return tx
}

var (
	writeText = lazyregexp.New(`(?i)\b(insert|update|delete|merge|replace|upsert|truncate)\b`)
	// readers are words for functions that only look.
	readers = words.Of(`get find list load read query select fetch count exists has is check lookup search scan rollback close`)
	// writers are methods that run a statement for what it does.
	writers = words.Of(`exec execcontext mustexec mustexeccontext namedexec namedexeccontext copyfrom sendbatch`)
	// gormWriters are those of gorm, which make up the statement.
	gormWriters = words.Of(`create createinbatches save update updates updatecolumn updatecolumns delete firstorcreate`)
)

// writes reports whether a call writes in a transaction: by a statement, as far
// as its text says, or in a function that is given the transaction.
func (c *checker) writes(f *trace.Func, in ssa.Instruction) bool {
	call, ok := in.(*ssa.Call)
	if !ok || c.txOf(in) == nil {
		return false
	}
	for _, e := range f.At(in) {
		if e.Backend.SQL() {
			return false // the lock's own statement
		}
	}
	recv := client.Receiver(call.Common())
	if recv == nil || c.transaction(recv) == nil {
		fn := client.Callee(call.Common())
		return fn == nil || fn.Pkg() == nil || !client.Known(client.PkgPath(fn)) && !harmless(fn) && !words.Has(fn.Name(), readers)
	}
	method := strings.ToLower(client.Callee(call.Common()).Name())
	if client.Gorm(recv.Type()) && !writers[method] {
		return gormWriters[method]
	}
	for _, arg := range client.Args(call.Common()) {
		if text := client.StatementText(arg); text != "" {
			return writeText.MatchString(text)
		}
	}
	return writers[method]
}

// commitsAfter reports whether a transaction commits after a release, and where,
// if that is in the function. One that the function was given is committed by
// who began it.
func (c *checker) commitsAfter(s *section, r *trace.Event, tx *expr.Expr) (at ssa.Instruction, later bool) {
	commits := false
	for _, b := range r.Fn.Blocks {
		for _, in := range b.Instrs {
			call, ok := in.(ssa.CallInstruction)
			if !ok || !c.commits(call, tx) {
				continue
			}
			commits = true
			_, deferred := in.(*ssa.Defer)
			switch {
			case r.Mode == trace.Now && (deferred || leadsTo(r.Instr, in, s.acquire.Instr)):
				return in, true
			case r.Mode == trace.Deferred && deferred && dominates(in, r.Instr):
				return in, true // deferred calls run in reverse order
			}
		}
	}
	return nil, !commits && tx.Kind == expr.Param && tx.Fn == r.Fn.Function
}

// commits reports whether a call, or the literal that it runs, commits a transaction.
func (c *checker) commits(call ssa.CallInstruction, tx *expr.Expr) bool {
	if fn := client.Callee(call.Common()); fn != nil && fn.Name() == "Commit" {
		recv := client.Receiver(call.Common())
		if recv == nil {
			return false
		}
		of := c.transaction(recv)
		return of != nil && of.ID() == tx.ID()
	}
	lit := function(call.Common().Value)
	if lit == nil || lit.Parent() == nil {
		return false
	}
	for _, b := range lit.Blocks {
		for _, in := range b.Instrs {
			if inner, ok := in.(ssa.CallInstruction); ok && c.commits(inner, tx) {
				return true
			}
		}
	}
	return false
}
