package frontend

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/report"
)

// A reportCommand is what the command line of "lockvet report" asks for.
type reportCommand struct {
	command
	output   string
	profiles []string
}

func (c *reportCommand) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet report")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.output, "html", "", "write the page to this `file`")
	fs.StringVar(&c.checks, checksFlag, "", "show the findings that this `list` wants, as in lockvet -checks")
	fs.BoolVar(&c.tests, "tests", true, "show findings and orders in _test.go files")
	fs.Func("profile", "show what this `file` or URL, a mutex or block profile or a trace, says of the locks; may be given several times", func(s string) error {
		c.profiles = append(c.profiles, s)
		return nil
	})
	return fs
}

const reportUsage = `usage: lockvet report -html file [flags] [packages]

Report writes one page, which needs no network, with the findings, the order of locks
and, if profiles are given, the locks that are waited for. The flags of the checks
and -checks choose findings as they do without report. The exit code is 0, or 2 if something
cannot be read or analysed. See docs/report.md.

Flags:
`

// webReport is the command "lockvet report".
func (f *frontend) webReport(args []string) int {
	c := new(reportCommand)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	c.addCheckFlags(fs, f.analyzers)
	if err := parse(fs, args, &c.command); errors.Is(err, errHelp) {
		return f.print(usageOf(reportUsage, new(reportCommand).flagSet()), exitClean)
	} else if err != nil {
		return f.fail("report: %v%s ('lockvet help report' lists the flags)", err, nearestFlag(err, fs))
	}
	if c.output == "" {
		return f.fail("report: -html says which file to write")
	}
	if c.checks != "" && len(c.named()) > 0 {
		return f.fail("report: -checks says what is to be found, and so not with -NAME of a check")
	}
	if err := c.checkPatterns(); err != nil {
		return f.fail("report: %v", err)
	}
	return f.withVet(&c.command, func(ctx context.Context, v *vet) int { return f.writePage(ctx, v, c) })
}

func (f *frontend) writePage(ctx context.Context, v *vet, c *reportCommand) int {
	if _, err := findSeer(v.self); err != nil {
		return f.fail("report: %v", err)
	}
	var in hot.Input
	if err := v.read(ctx, c.profiles, &in); err != nil {
		return f.fail("report: %v", err)
	}
	w := *v
	command := *v.command
	if v.runs(lockOrder) {
		command.checkFlags = append(slices.Clone(command.checkFlags), "-"+lockOrder+".edges=true")
	}
	slow := v.names(slowCheck) || v.selection != nil && v.selection.WantsAny(f.analyzer(slowCheck))
	if len(c.profiles) > 0 {
		command.checkFlags = append(slices.Clone(command.checkFlags), slowFlags...)
	}
	w.command = &command
	r, asked := w.findings(ctx)
	if ctx.Err() != nil {
		return exitFailed
	}
	if !slow {
		r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Check == slowCheck })
	}
	r.tidy("", v.tests)
	r.finish(f.analyzers, v.config)
	r.tidy(v.dir, v.tests)
	d := &report.Data{Title: "lockvet", Checks: true}
	for _, failure := range r.Errors {
		d.Failures = append(d.Failures, strings.TrimSpace(failure.String()))
	}
	src := newSources(v.dir)
	for i := range r.Findings {
		d.Findings = append(d.Findings, f.pageFinding(&r.Findings[i], src))
	}
	if v.runs(lockOrder) {
		g := r.order(asked, w.modules(ctx), false, v.tests)
		g.Reduce()
		g.Fold(ordergraph.Readable)
		g.Places(func(file string) string {
			relative(v.dir, &file)
			return file
		})
		var err error
		if d.Graph, err = v.pageGraph(ctx, g, r.Findings); err != nil {
			return f.fail("report: %v", err)
		}
	}
	if len(c.profiles) > 0 {
		d.Hot = hot.Join(&in, r.sections)
		d.Hot.Relative(func(file string) string {
			relative(v.dir, &file)
			return file
		})
	}
	page, err := v.page(ctx, d)
	if ctx.Err() != nil {
		return exitFailed
	}
	if err == nil {
		err = os.WriteFile(c.abs(c.output), page, 0o666)
	}
	if err != nil {
		return f.fail("report: %v", err)
	}
	f.progress.stop()
	return f.report(r.Errors, 0)
}

// slowCheck is the check that hands over critical sections. Its findings are shown only
// if it is named.
const slowCheck = "slowlock"

// names reports whether a flag switches a check on.
func (c *command) names(check string) bool {
	on := false
	for _, flag := range c.checkFlags {
		if name, value, _ := strings.Cut(strings.TrimPrefix(flag, "-"), "="); name == check {
			on = isBool(value) == nil && value != "false" && value != "0"
		}
	}
	return on
}

// around is how many lines of source are shown before and behind one.
const around = 3

// pageFinding is a finding as the page shows it.
func (f *frontend) pageFinding(x *Finding, src *sources) report.Finding {
	at := func(p Position) report.Place {
		place := report.Place{File: p.File, Line: p.Line, First: max(1, p.Line-around)}
		if p.Line > 0 {
			place.Source = src.lines(p.File, place.First, p.Line+around)
		}
		return place
	}
	out := report.Finding{Check: x.Check, Category: x.Category, Package: x.Package, Severity: x.Severity, Message: x.Message, URL: x.URL, At: at(x.Start)}
	for _, s := range x.Related {
		out.Steps = append(out.Steps, report.Step{Message: s.Message, At: at(s.Start)})
	}
	return out
}

// lines returns some lines of a file, cut where they are too long to be read.
func (s *sources) lines(file string, from, to int) (lines []string) {
	n := 0
	for line := range strings.Lines(s.text(file)) {
		if n++; n > to {
			break
		}
		if n >= from {
			line = strings.TrimRight(line, " \t\r\n")
			if len(line) > longestLine {
				line = strings.ToValidUTF8(line[:longestLine], "") + " …"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// pageGraph is a graph as the page shows it, with its picture.
func (v *vet) pageGraph(ctx context.Context, g *ordergraph.Graph, findings []Finding) (*report.Graph, error) {
	out := &report.Graph{Note: g.Hidden.Says()}
	for _, n := range g.Nodes {
		out.Locks = append(out.Locks, report.Lock{ID: n.ID, Class: n.ID, Name: n.Name(), Level: n.Level})
	}
	for _, l := range g.Edges {
		e := report.Edge{From: l.From.Name(), To: l.To.Name(), Says: l.Says(), Places: l.Count}
		switch {
		case l.Cycle || l.Against:
			e.Color = "cycle"
		case l.New:
			e.Color = "new"
		case l.Test:
			e.Color = "test"
		}
		for _, x := range l.Edges {
			e.Ways = append(e.Ways, x.Ways...)
		}
		for i := range findings {
			if findings[i].shows(e.Ways) {
				e.Findings = append(e.Findings, i)
			}
		}
		out.Edges = append(out.Edges, e)
	}
	if len(g.Edges) == 0 {
		return out, nil
	}
	svg, err := v.svg(ctx, g)
	out.SVG = string(svg)
	return out, err
}

// shows reports whether a finding is about one of the ways: it is a cycle's, and its steps
// lead to both operations.
func (f *Finding) shows(ways []*ordergraph.Way) bool {
	has := func(p ordergraph.Place) bool {
		return f.Start.File == p.File && f.Start.Line == p.Line ||
			slices.ContainsFunc(f.Related, func(s Step) bool { return s.Start.File == p.File && s.Start.Line == p.Line })
	}
	return f.Check == lockOrder && slices.ContainsFunc(ways, func(w *ordergraph.Way) bool {
		return has(w.Held[len(w.Held)-1]) && has(w.Want[len(w.Want)-1])
	})
}

// addCheckFlags has the set understand the flags of the checks.
func (c *command) addCheckFlags(fs *flag.FlagSet, analyzers []*analysis.Analyzer) {
	for _, a := range analyzers {
		fs.Var(&forwarded{name: a.Name, isBool: true, to: &c.checkFlags, set: isBool}, a.Name, "")
		a.Flags.VisitAll(func(f *flag.Flag) {
			name := a.Name + "." + f.Name
			b, ok := f.Value.(interface{ IsBoolFlag() bool })
			fs.Var(&forwarded{name: name, isBool: ok && b.IsBoolFlag(), to: &c.checkFlags, set: f.Value.Set}, name, "")
		})
	}
}

// drawn writes a graph in one of the formats that take a layout.
func (v *vet) drawn(ctx context.Context, format string, g *ordergraph.Graph, rel func(string) string) ([]byte, error) {
	switch format {
	case "svg":
		return v.svg(ctx, g)
	case "html":
		g.Places(rel)
		pg, err := v.pageGraph(ctx, g, nil)
		if err != nil {
			return nil, err
		}
		return v.page(ctx, &report.Data{Title: "Order of locks", Graph: pg})
	}
	return nil, fmt.Errorf("there is no such format")
}
