package distlock

import (
	"fmt"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// A Borrowed says of a function that it releases locks which it has acquired with
// contexts of its callers.
type Borrowed struct{ Contexts []BorrowedContext }

// A BorrowedContext is one of them.
type BorrowedContext struct {
	Param int    // the number of the parameter; a receiver is 0
	Lock  string // as messages call it
	Pos   string // of the release
}

// AFact marks Borrowed as an analysis.Fact.
func (*Borrowed) AFact() {}

func (b *Borrowed) String() string { return fmt.Sprint(b.Contexts) }

// requestContext: the release is refused if the client of a server has gone away.
func requestContext(c *checker) {
	c.borrowed(func(b BorrowedContext, ctx *expr.Expr, acquired, released *trace.Event, call ssa.CallInstruction) {
		for _, source := range c.contextSources(ctx) {
			if !source.request {
				continue
			}
			if call != nil {
				message := fmt.Sprintf("%s is not released if the client goes away: %s has the request's context", b.Lock, b.Pos)
				if len([]rune(message)) > 140 {
					message = fmt.Sprintf("the lock is not released if the client goes away: %s has the request's context", b.Pos)
				}
				c.report(call, analysis.Diagnostic{Message: message})
				return
			}
			site := c.releaseSite(acquired, released)
			related := c.related(acquired, "the lock is acquired here")
			if source.passed != nil {
				related = append(related, analysis.RelatedInformation{Pos: pos(source.passed), Message: "the context is passed on here"})
			}
			c.report(site, analysis.Diagnostic{
				Message: fmt.Sprintf("the release of %s is refused if the client goes away: its context is that of the request", b.Lock),
				Related: related, SuggestedFixes: c.fixContext(site),
			})
			return
		}
	})
}

// borrowed calls do for the contexts with which the functions of this package release
// locks that they hold, and for those that they give to functions of others which do.
// call is the call of such a function; for functions of this package it is nil, and
// the events are not.
func (c *checker) borrowed(do func(b BorrowedContext, ctx *expr.Expr, acquired, released *trace.Event, call ssa.CallInstruction)) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued && !a.Fn.Consulted(a) {
			return
		}
		s := c.section(a)
		if s.class != mutex || c.closesSession(a) {
			return
		}
		for _, r := range s.heldReleases() {
			if (r.Mode == trace.Deferred || r.Mode == trace.Now) && r.Ctx != nil {
				do(BorrowedContext{Lock: c.lockName(r), Pos: c.pos(c.releaseSite(a, r))}, r.Ctx, a, r, nil)
			}
		}
	})
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok {
					continue
				}
				var fact Borrowed
				fn := client.Callee(call.Common())
				if fn == nil || fn.Pkg() == nil || fn.Pkg() == c.pass.Pkg || !c.pass.ImportObjectFact(fn, &fact) {
					continue
				}
				for _, b := range fact.Contexts {
					if args := expr.WithReceiver(call.Common()); b.Param < len(args) {
						do(b, c.pkg.Of(args[b.Param]), nil, nil, call)
					}
				}
			}
		}
	}
}

// exportBorrowed says which functions release locks with contexts of their callers.
func (c *checker) exportBorrowed() {
	facts := make(map[*types.Func]*Borrowed)
	c.borrowed(func(b BorrowedContext, ctx *expr.Expr, _, _ *trace.Event, _ ssa.CallInstruction) {
		for _, source := range c.contextSources(ctx) {
			if source.param == nil {
				continue
			}
			fn, ok := source.param.Fn.Object().(*types.Func)
			if !ok || !fn.Exported() {
				continue
			}
			if facts[fn] == nil {
				facts[fn] = new(Borrowed)
			}
			b.Param, b.Pos = source.param.Index, filepath.Base(b.Pos)
			if f := facts[fn]; len(f.Contexts) < limits.MaxDistBorrowed {
				f.Contexts = append(f.Contexts, b)
			}
		}
	})
	for fn, fact := range facts {
		c.pass.ExportObjectFact(fn, fact)
	}
	for method, impl := range c.soleMethods() {
		if fact := facts[impl]; fact != nil {
			c.pass.ExportObjectFact(method, fact)
		}
	}
}
