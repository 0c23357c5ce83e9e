package guardedby

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/guard"
	"github.com/lockvet/lockvet/internal/syntax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports uses of fields and variables without the lock that guards them. It
// finds something only if the flag accesses of lockflow.Analyzer is set: see Follow.
var Analyzer = &analysis.Analyzer{
	Name:     "guardedby",
	Doc:      checkdoc.Extract(doc, "guardedby"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/guardedby.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// Follow has lockflow compute what is held where fields are used, in all packages that
// this process analyses from now on.
func Follow() { lockflow.FollowAccesses() }

func run(pass *analysis.Pass, res *lockflow.Result) error {
	if res.Summary == nil || len(res.Summary.Watched) == 0 {
		return nil
	}
	r := &reporter{pass, lockflow.Speak(pass)}
	in := guard.Input{Package: res.Summary, SSA: res.SSA.Pkg, Contracts: res.Contracts, Foreign: res.Guards, Files: pass.Files, Info: pass.TypesInfo, Peers: res.Peers}
	for _, f := range guard.Find(in) {
		r.report(f)
	}
	if list {
		reportList(pass, guard.List(in))
	}
	return nil
}

type reporter struct {
	pass  *analysis.Pass
	speak *lockflow.Speaker
}

func (r *reporter) report(f guard.Finding) {
	pos, end := r.selector(f.Access.Pos)
	field, lock := r.names(f.Access, f)
	verb := does(f.Access)
	d := analysis.Diagnostic{Pos: pos, End: end, Category: string(f.Category)}
	related := func(pos token.Pos, format string, args ...any) {
		if pos.IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: pos, Message: fmt.Sprintf(format, args...)})
		}
	}
	switch f.Category {
	case guard.ReadLock:
		since := ""
		if f.Held.Pos.IsValid() {
			since = fmt.Sprintf(" since %s", r.line(f.Held.Pos))
		}
		d.Message = fmt.Sprintf("%s is %s while %s is locked for reading only%s: others may read it at the same time", field, verb, lock, since)
		related(f.Held.Pos, "%s read-locks %s", flow.FuncName(f.Access.Fn), lock)
	case guard.Declared:
		d.Message = fmt.Sprintf("%s is %s without %s, which its declaration at %s asks for", field, verb, lock, r.line(f.Declared))
		related(f.Declared, "%s is declared to be guarded by %s", f.Access.Var.Name(), f.Lock)
	case guard.Leaked:
		d.Message = r.race("%s is "+verb+" after %s has been released, which %s holds when it ", f, field, lock)
	default:
		d.Message = r.race("%s is "+verb+" without %s, which %s holds when it ", f, field, lock)
	}
	if f.Other != nil {
		since := ""
		if f.Held.Pos.IsValid() {
			since = " since " + r.line(f.Held.Pos)
		}
		theirField, theirLock := r.names(f.Other, f)
		related(f.Other.Pos, "%s %s %s with %s held%s", flow.FuncName(f.Other.Fn), doing(f.Other), theirField, theirLock, since)
	}
	related(f.Takes, "%s locks %s at another place", flow.FuncName(f.Access.Fn), lock)
	r.pass.Report(d)
}

// race says of an access what the format does, and where the one with the lock is. How many are like it is left out
// before names are shortened: the field is what readers look for.
func (r *reporter) race(format string, f guard.Finding, field, lock string) string {
	fn := flow.FuncName(f.Other.Fn)
	format += fmt.Sprintf("%s it at %s", doing(f.Other), r.line(f.Other.Pos))
	race := format + ": a data race"
	wordings := []string{fmt.Sprintf("%s; %d of %d accesses hold it", race, f.Guarded, f.Total), race, format}
	var said []string
	for _, w := range wordings {
		said = append(said, fmt.Sprintf(w, field, lock, fn))
	}
	if fits := brief.Fit(brief.Message, said...); fits != said[len(said)-1] {
		return fits
	}
	return brief.Sentence(brief.Message, format, field, lock, fn)
}

// names writes the variable and its lock as the function of the access does.
func (r *reporter) names(a *guard.Access, f guard.Finding) (field, lock string) {
	if !a.Var.IsField() {
		return a.Var.Name(), f.Lock
	}
	if a.Base != nil {
		if text, ok := a.Base.Spell(a.Fn); ok {
			return text + "." + a.Var.Name(), text + "." + f.Lock
		}
	}
	if n, ok := r.node(a.Pos).(*ast.SelectorExpr); ok {
		if x, ok := n.X.(*ast.Ident); ok {
			return x.Name + "." + a.Var.Name(), x.Name + "." + f.Lock
		}
	}
	return a.Var.Name(), f.Lock
}

func does(a *guard.Access) string {
	if a.Write {
		return "written"
	}
	return "read"
}

func doing(a *guard.Access) string {
	if a.Write {
		return "writes"
	}
	return "reads"
}

func (r *reporter) line(pos token.Pos) string { return r.speak.At(&flow.Step{Pos: pos}) }

// node returns the selector expression whose name stands at a position.
func (r *reporter) node(pos token.Pos) ast.Node {
	for _, n := range syntax.Enclosing(r.pass.Files, pos, pos+1) {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Pos() == pos {
			return sel
		}
	}
	return nil
}

// selector returns the range of the expression for the field whose name stands at pos.
func (r *reporter) selector(pos token.Pos) (from, to token.Pos) {
	if n := r.node(pos); n != nil {
		return n.Pos(), n.End()
	}
	return pos, token.NoPos
}
