package lockorder

import (
	_ "embed"
	"flag"
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports lock-order deadlocks.
var Analyzer = &analysis.Analyzer{
	Name:     "lockorder",
	Doc:      checkdoc.Extract(doc, "lockorder"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/lockorder.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// handOver makes the analyzer hand its pairs to the lockvet command, which joins those
// of all packages.
var handOver bool

// off has the categories that are off by default.
var off rules.Off

func flags() flag.FlagSet {
	var fs flag.FlagSet
	fs.BoolVar(&graph, "edges", false, "report as data which locks are waited for under which, for the lockvet command")
	fs.BoolVar(&handOver, "pairs", false, "report the critical pairs of each package as data, for the lockvet command")
	off = rules.NewOff(&fs, map[string]string{
		"reader":    "report orders that deadlock only when a writer waits in between",
		"callbacks": "report opposite orders of which one leads through one of several functions that a field may hold",
		"modules":   "report opposite orders of which one lock is another module's",
		"cycle":     "report cycles of three and more locks",
		"instances": "report functions that lock two of their arguments, and change both",
		"copy":      "report functions that lock two of their arguments, and change one of the two at most",
	})
	return fs
}

// bundle makes a diagnostic that carries the package's pairs, with places that mean
// something outside of this process.
func bundle(pass *analysis.Pass, res *lockflow.Result) analysis.Diagnostic {
	b := order.Bundle{Pkg: pass.Pkg.Path(), Module: module(pass)}
	place := func(l order.Lock) order.Lock {
		l.Steps = slices.Clone(l.Steps)
		for i, s := range l.Steps {
			if s.Pos.IsValid() {
				p := pass.Fset.Position(s.Pos)
				l.Steps[i] = &flow.Step{File: p.Filename, Line: p.Line, Func: s.Func, What: s.What}
			}
		}
		return l
	}
	for _, p := range res.Exported {
		q := *p
		q.Want, q.Held = place(p.Want), slices.Clone(p.Held)
		for i := range q.Held {
			q.Held[i] = place(q.Held[i])
		}
		b.Pairs = append(b.Pairs, &q)
	}
	for _, p := range res.Imported {
		if !slices.Contains(b.Sees, p.Pkg) {
			b.Sees = append(b.Sees, p.Pkg)
		}
	}
	slices.Sort(b.Sees)
	return analysis.Diagnostic{Pos: pass.Files[0].Package, Category: order.PairsCategory, Message: b.Encode()}
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	if handOver && len(res.Exported) > 0 {
		pass.Report(bundle(pass, res))
	}
	if graph {
		reportEdges(pass, res)
	}
	speak := lockflow.Speak(pass)
	reportDeclared(pass, res, speak)
	seen := make(map[token.Pos]bool)
	for i := range res.Exchangeable {
		if d := exchangeable(speak, &res.Exchangeable[i]); !off.Skips(d.Category) && !seen[d.Pos] {
			seen[d.Pos] = true
			pass.Report(d)
		}
	}
	if len(res.Pairs) == 0 {
		return nil
	}
	table := res.Summary.Table
	known := order.Known{
		Writes: res.Writes, Apart: res.Apart, Other: res.Summary.Other, Strangers: res.Summary.Strangers,
		Absent: func(a, b order.Link) bool { return res.Peers().Absent(way(a), way(b)) },
		Skips:  off.Skips,
	}
	if module := module(pass); order.InModule(module, pass.Pkg.Path()+".") {
		known.Elsewhere = func(class string) bool { return !order.InModule(module, class) }
	}
	said := make(map[string]bool)
	for _, c := range order.Find(slices.Concat(res.Pairs, res.Kin, res.Imported), known, &table.Limits, table.Trace) {
		if off.Skips(c.Kind()) {
			continue
		}
		if !c.StartIn(pass.Pkg.Path()) {
			continue
		}
		// Several objects may come to the same places, or one by several names.
		if places := c.Places(); !said[places] {
			said[places] = true
			pass.Report(diagnostic(pass, speak, &c))
		}
	}
	return nil
}

// module returns the path of the module that is analysed, "" if it has none.
func module(pass *analysis.Pass) string {
	if pass.Module == nil {
		return ""
	}
	return pass.Module.Path
}

// way says how a goroutine comes to where a link says.
func way(l order.Link) peers.Way {
	return peers.Way{Root: l.Fn, Held: l.Holding().Steps, Want: l.Want.Steps}
}

// exchangeable says what two calls of a function do that pass two objects in
// different orders.
func exchangeable(speak *lockflow.Speaker, x *summary.Exchangeable) analysis.Diagnostic {
	first, second := speak.Lock(x.Fn, x.First.Lock), speak.Lock(x.Fn, x.Second.Lock)
	from, to := speak.Range(x.Second.Steps[0].Pos)
	when := "can deadlock"
	if x.Reader {
		when = "can deadlock if a writer waits"
	}
	f := flow.FuncName(x.Fn)
	if x.Ring {
		return ring(speak, x, f, first, second)
	}
	category := "instances"
	if x.OneWay {
		category = "copy"
	}
	d := analysis.Diagnostic{
		Pos: from, End: to, Category: category,
		Message: brief.Fit(limit,
			fmt.Sprintf("%s locks %s, then %s, in the order they are passed: a second call with the two swapped %s", f, first, second, when),
			brief.Sentence(limit, "%s locks %s, then %s, as they are passed: a call with the two swapped "+when, brief.Func(f), first, second)),
	}
	d.Related = append(speak.Related(x.First.Steps, first, " first"), speak.Related(x.Second.Steps, second, ", and waits if another goroutine holds it")...)
	return d
}

// ring says that each of several goroutines may hold one lock of a ring and wait for the next one.
func ring(speak *lockflow.Speaker, x *summary.Exchangeable, f, first, second string) analysis.Diagnostic {
	from, to := speak.Range(x.Second.Steps[0].Pos)
	d := analysis.Diagnostic{
		Pos: from, End: to, Category: "ring",
		Message: brief.Sentence(limit, "%s locks %s, then the next one, %s: when each goroutine holds its first, all wait", f, first, second),
	}
	d.Related = append(speak.Related(x.First.Steps, first, " first"), speak.Related(x.Second.Steps, second, ", and waits for the goroutine next to this one")...)
	return d
}

// limit is how many characters a message has at most. The ways to the locks are in the steps.
const limit = 120

// diagnostic says of each goroutine what it holds and what it waits for.
func diagnostic(pass *analysis.Pass, speak *lockflow.Speaker, c *order.Cycle) analysis.Diagnostic {
	names := func(class string) string { return order.ShortClass(class, pass.Pkg.Path()) }
	from, to := speak.Range(c.Links[0].Want.Steps[0].Pos)
	d := analysis.Diagnostic{Pos: from, End: to, Category: c.Kind(), Message: c.Sentence(pass.Pkg.Path(), speak.At)}
	for _, l := range c.Links {
		note := " first"
		if l.Holding().Entry {
			note = ", which is locked when it is called"
		}
		d.Related = append(d.Related, speak.Related(l.Holding().Steps, names(l.Holding().Class), note)...)
		waits := ", and waits if another goroutine holds it"
		if l.Want.Mode == model.Doing {
			waits = ", and waits while another goroutine runs its function"
		}
		d.Related = append(d.Related, speak.Related(l.Want.Steps, names(l.Want.Class), waits)...)
	}
	return d
}
