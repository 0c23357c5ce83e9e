// Package answer puts what the engine has recorded of a package into the answer that lockvet why gives
// for the lines of a file.
package answer

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/why"
)

// The types below are the schema of -format=json, which docs/cli.md describes: fields may be added, and
// nothing else may change, while Version stays.

// An Answer says what is believed of some lines of a file.
type Answer struct {
	Version int    `json:"version"`
	File    string `json:"file"`
	Package string `json:"package"`
	// NotAnalysed is the rule by which nothing of the package was looked at; left out if it was.
	NotAnalysed *Rule  `json:"notAnalysed,omitempty"`
	Lines       []Line `json:"lines"`
}

// A Line is one line with its operations.
type Line struct {
	Line       int         `json:"line"`
	Source     string      `json:"source"`
	Operations []Operation `json:"operations"`
	Findings   []Finding   `json:"findings"`
	// Rule says why there is nothing to tell of the operations; left out if there is.
	Rule *Rule `json:"rule,omitempty"`
}

// An Operation is a call, a wait or a return, and the sets of locks with which it is reached.
type Operation struct {
	Function string  `json:"function"`
	What     string  `json:"what"`
	Unseen   bool    `json:"unseen,omitempty"` // what it runs is out of sight
	States   []State `json:"states"`
}

// A State is one set of locks, and one path on which the operation is reached with it.
type State struct {
	Held     []Lock   `json:"held"`
	Released []Lock   `json:"released,omitempty"`
	Path     []Branch `json:"path,omitempty"`
}

// A Lock is a lock that is held, or one of the callers that the function has released.
type Lock struct {
	Name      string     `json:"lock"`
	Mode      string     `json:"mode"` // "write" or "read"
	Steps     []Step     `json:"steps"`
	Doubt     string     `json:"doubt,omitempty"`
	DoubtedAt *why.Place `json:"doubtedAt,omitempty"`
}

// A Step is a place on the way to an operation, and what happens there.
type Step struct {
	why.Place
	Function string `json:"function"`
	What     string `json:"what"`
}

// A Branch is a condition and its value on a path.
type Branch struct {
	Line      int    `json:"line,omitempty"` // none of a parameter
	Condition string `json:"condition,omitempty"`
	Value     bool   `json:"value"`
}

// A Finding is one that was considered: it is reported, or a rule drops it.
type Finding struct {
	Check    string    `json:"check"`
	Reported bool      `json:"reported"`
	At       why.Place `json:"at"`
	Message  string    `json:"message,omitempty"` // of one that a check has made
	Function string    `json:"function,omitempty"`
	Lock     string    `json:"lock,omitempty"`
	Rule     *Rule     `json:"rule,omitempty"`
}

// A Rule is what drops a finding.
type Rule struct {
	Name     string     `json:"name"`
	Says     string     `json:"says"`
	Evidence string     `json:"evidence,omitempty"`
	At       *why.Place `json:"at,omitempty"` // where the evidence is
}

// A Judge says of what a check has found by which rule the command does not show it; ok is false if it
// does.
type Judge func(check string, at why.Place) (rule why.Rule, ok bool)

// ruleOf returns the rule with a name.
func ruleOf(name string) *Rule {
	for _, r := range why.Rules() {
		if r.String() == name {
			return &Rule{Name: name, Says: r.Says()}
		}
	}
	return &Rule{Name: name}
}

// Relative changes the names of all files.
func (a *Answer) Relative(rename func(string) string) {
	place := func(at *why.Place) {
		if at != nil && at.File != "" {
			at.File = rename(at.File)
		}
	}
	locks := func(locks []Lock) {
		for i := range locks {
			place(locks[i].DoubtedAt)
			for j := range locks[i].Steps {
				place(&locks[i].Steps[j].Place)
			}
		}
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		for _, op := range l.Operations {
			for _, s := range op.States {
				locks(s.Held)
				locks(s.Released)
			}
		}
		for j := range l.Findings {
			place(&l.Findings[j].At)
			if r := l.Findings[j].Rule; r != nil && r.At != nil {
				at := *r.At // the record's
				place(&at)
				r.At = &at
			}
		}
		if l.Rule != nil {
			place(l.Rule.At)
		}
	}
}

// Choose returns the record that is about a file, of those of a package and of the same with its tests;
// nil if there is none.
func Choose(records []*why.Package, pkg, file string) (best *why.Package) {
	base := filepath.Base(file)
	has := func(p *why.Package) bool {
		return !strings.HasSuffix(base, "_test.go") || slices.ContainsFunc(p.Funcs, func(f why.FuncRecord) bool { return filepath.Base(f.Start.File) == base })
	}
	for _, p := range records {
		if p.Pkg == pkg && (best == nil || has(p) && (!has(best) || best.WithTests && !p.WithTests)) {
			best = p
		}
	}
	return best
}

// To answers for some lines of a file what the record of its package says.
func To(p *why.Package, src *Source, lines []int, judge Judge) *Answer {
	a := &Answer{Version: 1, File: filepath.ToSlash(src.Name), Package: p.Pkg, Lines: []Line{}}
	if p.NotAnalysed != "" {
		a.NotAnalysed = ruleOf(p.NotAnalysed)
	}
	q := question{p, src, filepath.Base(src.Name), judge}
	for _, l := range lines {
		line := Line{Line: l, Source: src.At(l), Operations: q.operations(l), Findings: q.findings(l)}
		if len(line.Operations) == 0 && a.NotAnalysed == nil {
			line.Rule = q.silence(l)
		}
		a.Lines = append(a.Lines, line)
	}
	return a
}

type question struct {
	*why.Package
	src   *Source
	base  string
	judge Judge
}

// is reports whether a place is in a line of the file.
func (q *question) is(at why.Place, line int) bool {
	return at.Line == line && filepath.Base(at.File) == q.base
}

func (q *question) operations(line int) []Operation {
	ops := []Operation{}
	for _, f := range q.Funcs {
		if filepath.Base(f.Start.File) != q.base {
			continue
		}
		for _, o := range f.Ops {
			if q.is(o.At, line) {
				op := Operation{Function: f.Name, What: o.What, Unseen: o.Unseen, States: []State{}}
				for _, s := range o.States {
					op.States = append(op.States, q.state(s))
				}
				if len(op.States) == 0 {
					op.States = []State{{Held: []Lock{}}}
				}
				ops = append(ops, op)
			}
		}
	}
	return ops
}

func (q *question) state(s why.StateRecord) State {
	out := State{Held: locks(s.Held), Released: locks(s.Released)}
	for _, b := range s.Path {
		branch := Branch{Line: b.Line, Value: b.Taken}
		if filepath.Base(b.File) == q.base {
			branch.Condition, branch.Line = q.src.condition(b.Line, b.Col)
		}
		out.Path = append(out.Path, branch)
	}
	return out
}

func locks(records []why.LockRecord) []Lock {
	out := []Lock{}
	for _, l := range records {
		lock := Lock{Name: l.Name, Mode: "write", Steps: []Step{}, Doubt: l.Doubt, DoubtedAt: l.DoubtAt}
		if l.Read {
			lock.Mode = "read"
		}
		for _, s := range l.Way {
			lock.Steps = append(lock.Steps, Step{Place: s.Place, Function: s.Func, What: s.What})
		}
		out = append(out, lock)
	}
	return out
}

// findings returns what was considered in a line, and what has to do with it.
func (q *question) findings(line int) []Finding {
	out := []Finding{}
	reported := make(map[[2]any]bool)
	for _, r := range q.Reports {
		key := [2]any{r.Check, r.At.Line}
		f := Finding{Check: r.Check, Reported: true, At: r.At, Message: r.Message}
		if r.Silenced != nil {
			f.Rule = ruleOf(why.Commented.String())
			f.Rule.At = r.Silenced
		} else if rule, ok := q.judge(r.Check, r.At); ok {
			f.Rule = ruleOf(rule.String())
		}
		f.Reported = f.Rule == nil
		reported[key] = true
		if q.is(r.At, line) || slices.ContainsFunc(r.Related, func(at why.Place) bool { return q.is(at, line) }) {
			out = append(out, f)
		}
	}
	for _, d := range q.Drops {
		if len(d.At) == 0 || !slices.ContainsFunc(d.At, func(at why.Place) bool { return q.is(at, line) }) {
			continue
		}
		if reported[[2]any{d.Check, d.At[0].Line}] {
			continue // it is reported on another path, or by another function
		}
		f := Finding{Check: d.Check, At: d.At[0], Function: d.Func, Lock: d.Lock, Rule: ruleOf(d.Rule)}
		f.Rule.Evidence, f.Rule.At = d.Evidence, d.Where
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Reported != b.Reported {
			if a.Reported {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.Check, b.Check))
	})
	return out
}

// silence says why nothing is known of a line: its function was not walked, or not there.
func (q *question) silence(line int) *Rule {
	var inner *why.FuncRecord
	for i, f := range q.Funcs {
		if filepath.Base(f.Start.File) == q.base && f.Start.Line <= line && line <= f.End.Line &&
			(inner == nil || f.Start.Line >= inner.Start.Line && f.End.Line <= inner.End.Line) {
			inner = &q.Funcs[i]
		}
	}
	switch {
	case inner == nil:
		return nil
	case inner.GaveUp != "":
		r := ruleOf(why.GaveUp.String())
		r.Evidence = gaveUp(inner)
		return r
	case !inner.Walked:
		r := ruleOf(why.NotWalked.String())
		r.Evidence, r.At = inner.Name, &inner.Start
		return r
	}
	return nil
}

func gaveUp(f *why.FuncRecord) string {
	for _, e := range limits.Table {
		if e.Name == f.GaveUp {
			return f.Name + ", at the limit of " + e.Name + ": " + e.Bounds
		}
	}
	return f.Name
}
