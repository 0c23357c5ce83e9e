// Package why has the analyzer by which the vet tool tells the lockvet command what it has recorded of
// a package, for lockvet why and lockvet -stats. It is no check: what it reports is data.
package why

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// Name is the name of the analyzer, and begins its flags.
const Name = "why"

// Std is what the flag why.of has for all packages of the standard library.
const Std = "std"

// begun is when the process began, which a vet tool does for one package.
var begun = time.Now()

// New returns the analyzer for a suite of checks, each wrapped by suppress.Wrap. It requires them all, to
// tell what became of what they found. The flag of, a list of modules, says of which packages all is
// recorded: a list that stays the same for a module leaves the results of its dependencies in the cache
// of the go command. The flag stats is about all packages, and costs nothing.
func New(checks []*analysis.Analyzer) *analysis.Analyzer {
	var of string
	var stats bool
	a := &analysis.Analyzer{
		Name:     Name,
		Doc:      "report as data what is believed of locks and why findings are dropped, for the lockvet command",
		Requires: append([]*analysis.Analyzer{lockflow.Analyzer, suppress.Directives}, checks...),
	}
	a.Flags.StringVar(&of, "of", "", "record all of the packages of these modules (std for the standard library), separated by commas")
	a.Flags.BoolVar(&stats, "stats", false, "count what was given up, and measure the time")
	suppress.Keep = true
	lockflow.Traced = func(pkg string) bool { return within(pkg, of) }
	a.Run = lockflow.Check(func(pass *analysis.Pass, res *lockflow.Result) error {
		r := &recorder{pass: pass, res: res, speak: lockflow.Speak(pass)}
		p := &why.Package{Pkg: pass.Pkg.Path()}
		p.WithTests = slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return model.InTest(pass.Fset, f.FileStart) })
		if stats {
			p.Stats = r.stats()
		}
		if within(pass.Pkg.Path(), of) {
			r.record(p)
		}
		if stats || within(pass.Pkg.Path(), of) {
			pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Category: why.Category, Message: p.Encode()})
		}
		return nil
	})
	return a
}

// within reports whether a package is in one of some modules.
func within(pkg, modules string) bool {
	pkg = strings.TrimSuffix(pkg, "_test")
	first, _, _ := strings.Cut(pkg, "/")
	for _, m := range strings.Split(modules, ",") {
		if m != "" && (pkg == m || strings.HasPrefix(pkg, m+"/")) || m == Std && !strings.Contains(first, ".") {
			return true
		}
	}
	return false
}

// recorder writes down what is known of one package.
type recorder struct {
	pass *analysis.Pass
	res  *lockflow.Result

	speak *lockflow.Speaker
}

func (r *recorder) place(pos token.Pos) why.Place {
	p := r.pass.Fset.Position(pos)
	return why.Place{File: p.Filename, Line: p.Line, Col: p.Column}
}

func (r *recorder) stats() *why.Stats {
	s := &why.Stats{GaveUp: []why.Surrender{}, Total: time.Since(begun).Milliseconds(), SSA: r.res.TookSSA.Milliseconds(), Walk: r.res.TookWalk.Milliseconds()}
	s.Functions, s.Walked, s.Steps = r.res.Stats.Functions, r.res.Stats.Walked, r.res.Stats.Steps
	for _, g := range r.res.Stats.Surrendered {
		s.GaveUp = append(s.GaveUp, why.Surrender{Func: flow.FuncName(g.Fn), At: r.place(g.Fn.Pos()), Limit: g.Limit.String(), Steps: g.Steps})
	}
	if r.res.Summary != nil {
		for l, n := range r.res.Summary.Table.Limits {
			if n > 0 {
				if s.Limits == nil {
					s.Limits = make(map[string]int)
				}
				s.Limits[limits.Limit(l).String()] = n
			}
		}
	}
	return s
}

func (r *recorder) record(p *why.Package) {
	for _, k := range r.pass.ResultOf[suppress.Directives].(*suppress.Table).Kept() {
		r.reported(p, k)
	}
	slices.SortFunc(p.Reports, func(a, b why.ReportRecord) int {
		return cmp.Or(comparePlaces(a.At, b.At), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
	})
	if r.res.SSA == nil {
		p.NotAnalysed = why.NoLocks.String()
		if model.Primitive(p.Pkg) {
			p.NotAnalysed = why.LocksThemselves.String()
		}
		return
	}
	t := r.res.Summary.Table.Trace
	if t == nil {
		return
	}
	for _, d := range t.Drops {
		p.Drops = append(p.Drops, r.drop(d))
	}
	walked := make(map[*ssa.Function]bool)
	for _, f := range t.Funcs {
		walked[f.Fn] = true
		p.Funcs = append(p.Funcs, r.function(f))
		for _, d := range f.Drops {
			p.Drops = append(p.Drops, r.drop(d))
		}
	}
	for _, fn := range r.res.SSA.SrcFuncs {
		if !walked[fn] && fn.Syntax() != nil {
			p.Funcs = append(p.Funcs, why.FuncRecord{Name: flow.FuncName(fn), Start: r.place(fn.Syntax().Pos()), End: r.place(flow.End(fn))})
		}
	}
}

func comparePlaces(a, b why.Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// reported adds a finding of a check, unless it is data.
func (r *recorder) reported(p *why.Package, k suppress.Kept) {
	if strings.HasPrefix(k.Message, "{") {
		return
	}
	name := k.Check
	if k.Category != "" && k.Category != k.Check {
		name += "/" + k.Category
	}
	rec := why.ReportRecord{Check: name, At: r.place(k.Pos), Message: k.Message}
	for _, rel := range k.Related {
		rec.Related = append(rec.Related, r.place(rel.Pos))
	}
	if k.By.IsValid() {
		by := r.place(k.By)
		rec.Silenced = &by
	}
	p.Reports = append(p.Reports, rec)
}

func (r *recorder) drop(d why.Drop) why.DropRecord {
	rec := why.DropRecord{Check: d.Check, Func: d.Func, Lock: d.Lock, Rule: d.Rule.String(), Evidence: d.Evidence.Text}
	for _, pos := range d.At {
		if pos.IsValid() {
			if at := r.place(pos); !slices.Contains(rec.At, at) {
				rec.At = append(rec.At, at)
			}
		}
	}
	switch {
	case d.Evidence.Pos.IsValid():
		at := r.place(d.Evidence.Pos)
		rec.Where = &at
	case d.Evidence.File != "":
		rec.Where = &why.Place{File: d.Evidence.File, Line: d.Evidence.Line}
	}
	return rec
}

func (r *recorder) function(f *why.Func) why.FuncRecord {
	rec := why.FuncRecord{Name: flow.FuncName(f.Fn), Walked: true, Steps: f.Steps}
	if f.Fn.Syntax() != nil {
		rec.Start, rec.End = r.place(f.Fn.Syntax().Pos()), r.place(flow.End(f.Fn))
	}
	if f.GaveUp {
		rec.GaveUp = f.Limit.String()
	}
	for _, op := range f.Ops {
		if !op.Pos.IsValid() {
			continue
		}
		o := why.OpRecord{At: r.place(op.Pos), What: op.What, Unseen: op.Unseen}
		if len(op.States) > 1 || len(op.States) == 1 && len(op.States[0].Held)+len(op.States[0].Released) > 0 {
			for _, s := range op.States {
				o.States = append(o.States, r.state(s))
			}
		}
		rec.Ops = append(rec.Ops, o)
	}
	slices.SortStableFunc(rec.Ops, func(a, b why.OpRecord) int { return comparePlaces(a.At, b.At) })
	return rec
}

func (r *recorder) state(s why.State) why.StateRecord {
	rec := why.StateRecord{Held: r.locks(s.Held), Released: r.locks(s.Released)}
	for _, b := range slices.Backward(s.Path) {
		rec.Path = append(rec.Path, why.BranchRecord{Place: r.place(b.Pos), Taken: b.Taken})
	}
	return rec
}

func (r *recorder) locks(locks []why.Lock) (recs []why.LockRecord) {
	for _, l := range locks {
		rec := why.LockRecord{Name: l.Name, Read: l.Read, Doubt: l.Doubt}
		if len(l.Way) == 1 && l.Way[0].Pos.IsValid() {
			if x, _ := r.speak.LockExpr(l.Way[0].Pos); x != nil {
				rec.Name = types.ExprString(x)
			}
		}
		if l.DoubtAt.IsValid() {
			at := r.place(l.DoubtAt)
			rec.DoubtAt = &at
		}
		for _, s := range l.Way {
			at := why.Place{File: s.File, Line: s.Line}
			if s.Pos.IsValid() {
				at = r.place(s.Pos)
			}
			rec.Way = append(rec.Way, why.StepRecord{Place: at, Func: s.Func, What: s.What})
		}
		recs = append(recs, rec)
	}
	return recs
}
