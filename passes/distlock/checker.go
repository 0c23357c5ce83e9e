package distlock

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/syntax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/origin"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// A checker is one package under check.
type checker struct {
	pass     *analysis.Pass
	pkg      *trace.Package
	category string // of the rule that runs
	reported map[string]bool
	// templates has the events of the package by what their keys look like.
	templates map[string][]*trace.Event
	sections  map[*trace.Event]*section
	finder    *origin.Finder
	sole      map[*types.Func]*types.Func             // see soleMethods
	callsOf   map[*ssa.Function][]ssa.CallInstruction // see callers
}

func newChecker(pass *analysis.Pass, pkg *trace.Package) *checker {
	c := &checker{
		pass: pass, pkg: pkg, reported: map[string]bool{},
		templates: map[string][]*trace.Event{}, sections: map[*trace.Event]*section{},
	}
	for _, f := range pkg.Funcs {
		for _, e := range f.Events {
			c.bucketTTL(e)
			if e.Site == e.Instr {
				for _, t := range c.templatesOf(e) {
					c.templates[t] = append(c.templates[t], e)
				}
			}
		}
	}
	return c
}

// events calls do for the events of an operation that a rule may report: those
// that happen in a function of this package which is not a test.
func (c *checker) events(op client.Op, do func(*trace.Event)) {
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, e := range f.Events {
			if e.Op == op {
				do(e)
			}
		}
	}
}

// test reports whether a function helps tests, where locks are held and lost on purpose.
func (c *checker) test(f *trace.Func) bool {
	for _, p := range f.Params {
		if pkg, _ := client.Named(p.Type()); pkg == "testing" {
			return true
		}
	}
	return false
}

// report reports a finding at an instruction, once.
func (c *checker) report(at ssa.Instruction, d analysis.Diagnostic) {
	if at == nil {
		return
	}
	d.Pos, d.End = c.rangeOf(at)
	d.Category = c.category
	key := fmt.Sprint(c.category, d.Pos)
	if c.reported[key] || !d.Pos.IsValid() || model.InTest(c.pass.Fset, d.Pos) {
		return
	}
	c.reported[key] = true
	c.pass.Report(d)
}

func (c *checker) reportf(at ssa.Instruction, format string, args ...any) {
	c.report(at, analysis.Diagnostic{Message: fmt.Sprintf(format, args...)})
}

// pos returns where an instruction is in the source. A branch has no place there: it is where what leads to it is.
func pos(in ssa.Instruction) token.Pos {
	if call, ok := in.(ssa.CallInstruction); ok && call.Common().Pos().IsValid() {
		return call.Common().Pos()
	}
	if _, ok := in.(*ssa.If); !ok {
		return in.Pos()
	}
	for b := in.Block(); b != nil; b = b.Idom() {
		for _, before := range slices.Backward(b.Instrs) {
			if before.Pos().IsValid() {
				return before.Pos()
			}
		}
	}
	return token.NoPos
}

// call returns the call in the source that an instruction stands for, with what
// is around it, innermost first; nil if there is none.
func (c *checker) call(in ssa.Instruction) (*ast.CallExpr, []ast.Node) {
	p := pos(in)
	path := syntax.Enclosing(c.pass.Files, p, p)
	for i, n := range path {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == p {
			return call, path[i+1:]
		}
	}
	return nil, nil
}

func (c *checker) rangeOf(in ssa.Instruction) (from, to token.Pos) {
	if call, _ := c.call(in); call != nil {
		return call.Pos(), call.End()
	}
	return pos(in), token.NoPos
}

// at writes where an event is.
func (c *checker) at(e *trace.Event) string {
	if e.Site == nil {
		return e.Pos
	}
	return c.pos(e.Site)
}

// pos writes where an instruction is.
func (c *checker) pos(in ssa.Instruction) string { return c.line(pos(in)) }

// line writes a place in the source.
func (c *checker) line(at token.Pos) string {
	p := c.pass.Fset.Position(at)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// related points to another event.
func (c *checker) related(e *trace.Event, message string) []analysis.RelatedInformation {
	if e == nil || e.Site == nil {
		return nil
	}
	from, to := c.rangeOf(e.Site)
	return []analysis.RelatedInformation{{Pos: from, End: to, Message: message}}
}

// lockName writes a lock for a message. A lock object without a name of its own
// is called as the source does where its method is called.
func (c *checker) lockName(e *trace.Event) string {
	if call, ok := e.Instr.(ssa.CallInstruction); ok && e.Backend.Handle() {
		if recv := client.Receiver(call.Common()); recv != nil && c.pkg.Of(recv).Kind == expr.Opaque {
			id := c.pkg.Of(recv).ID()
			if source, _ := c.call(e.Instr); source != nil && e.Key.Any(func(k *expr.Expr) bool { return k.ID() == id }) {
				if fun, ok := source.Fun.(*ast.SelectorExpr); ok {
					if name := c.source(fun.X); name != "" && len(name) < 36 && !strings.Contains(name, "\n") {
						return name
					}
				}
			}
		}
	}
	if name, ok := spell(e.Key); ok {
		if e.Backend.Handle() || e.Backend.SQL() {
			return name
		}
		return "lock " + name
	}
	return "the lock"
}

// spell writes an expression as the source does, if it is short.
func spell(e *expr.Expr) (string, bool) {
	s, ok := spelling(e)
	if !ok || len([]rune(s)) > 36 {
		return "", false
	}
	return s, true
}

func spelling(e *expr.Expr) (string, bool) {
	switch e.Kind {
	case expr.Const, expr.Param:
		return e.Name, e.Name != "" && e.Name != "nil"
	case expr.Global:
		return e.Name[strings.LastIndexByte(e.Name, '.')+1:], true
	case expr.Field:
		if x, ok := spelling(e.Args[0]); ok {
			return x + "." + e.Name, true
		}
		return e.Name, true
	case expr.Call:
		if e.Name == "[]" {
			return "", false
		}
		if e.Name == "of" {
			in, ok := spelling(e.Args[0])
			key, known := spelling(e.Args[1])
			return key + " in " + in, ok && known
		}
		parts := make([]string, len(e.Args))
		for i, arg := range e.Args {
			var ok bool
			if parts[i], ok = spelling(arg); !ok {
				if arg.Name == "[]" && arg.Kind == expr.Call {
					parts[i] = "…"
					continue
				}
				return "", false
			}
		}
		if len(parts) == 2 && !isWord(e.Name) {
			return parts[0] + " " + e.Name + " " + parts[1], true
		}
		name := e.Name[strings.LastIndexByte(e.Name, '.')+1:]
		return name + "(" + strings.Join(parts, ", ") + ")", true
	}
	return "", false
}

func isWord(s string) bool {
	return s != "" && (s[0] == '_' || s[0] == '(' || 'a' <= s[0]|0x20 && s[0]|0x20 <= 'z')
}
