package conc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/oracle"
)

// checks are the analyzers whose findings are compared with the deadlocks.
var checks = []string{"lockorder", "blockinglock", "doublelock"}

// worlds are what lockvet does not see, or does not count on: messages that keep
// goroutines apart, room in a buffer, that nobody else writes.
var worlds = func() (all []World) {
	for free := range uint(1) << (chans + 1) {
		for _, full := range []bool{false, true} {
			all = append(all, World{free, full, false}, World{free, full, true})
		}
	}
	return all[1:]
}()

// A Verdict is what the comparison of one program shows.
type Verdict struct {
	Findings  []oracle.Finding // of checks
	Deadlocks []Deadlock       // that lockvet should report
	Wrong     []oracle.Finding // no deadlock is where these say
	Elsewhere []oracle.Finding // the same, but there is one in another of the worlds
	Missed    []Deadlock       // no finding says anything of these
}

// Judge analyses a program, runs it in all ways, and compares.
func Judge(p *Program) (v Verdict, err error) {
	deadlocks, passed, err := p.Explore(World{})
	if err != nil {
		return v, err
	}
	pkg, err := oracle.Load(p.Source())
	if err != nil {
		return v, fmt.Errorf("%w\n%s", err, p.Source())
	}
	findings, err := pkg.Analyse()
	if err != nil {
		return v, err
	}
	for _, f := range findings {
		if slices.Contains(checks, f.Check) {
			v.Findings = append(v.Findings, f)
		}
	}
	speaks := func(f oracle.Finding, d Deadlock) bool {
		return slices.Contains(d.Lines, f.Line) || slices.ContainsFunc(f.Related, func(l int) bool { return slices.Contains(d.Lines, l) })
	}
	var elsewhere []Deadlock
	for _, f := range v.Findings {
		if slices.ContainsFunc(append(f.Related, f.Line), func(l int) bool { return !passed[l] }) {
			continue // the program hangs before, as another finding may say
		}
		says := func(d Deadlock) bool { return slices.Contains(d.Lines, f.Line) }
		if slices.ContainsFunc(deadlocks, says) {
			continue
		}
		if elsewhere == nil {
			if elsewhere, err = p.elsewhere(); err != nil {
				return v, err
			}
		}
		switch {
		case slices.ContainsFunc(elsewhere, says):
			v.Elsewhere = append(v.Elsewhere, f)
		default:
			v.Wrong = append(v.Wrong, f)
		}
	}
	for _, d := range deadlocks {
		if d.Kind == "other" {
			continue
		}
		v.Deadlocks = append(v.Deadlocks, d)
		if !slices.ContainsFunc(v.Findings, func(f oracle.Finding) bool { return speaks(f, d) }) {
			v.Missed = append(v.Missed, d)
		}
	}
	return v, nil
}

// elsewhere lists the deadlocks in all worlds but the program's own.
func (p *Program) elsewhere() (all []Deadlock, err error) {
	for _, w := range worlds {
		more, _, err := p.Explore(w)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// Kinds names what is wrong with a verdict: "wrong lockorder/inverted", "missed blocks".
func (v Verdict) Kinds() (kinds []string) {
	for _, f := range v.Wrong {
		kinds = append(kinds, "wrong "+f.Check+"/"+f.Category)
	}
	for _, d := range v.Missed {
		kinds = append(kinds, "missed "+d.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// Minimise makes a program smaller as long as it has a disagreement of the kind, and
// says what that is then.
func Minimise(p *Program, kind string) (small *Program, what string) {
	shows := func(p *Program) (string, bool) {
		v, err := Judge(p)
		if err != nil || !slices.Contains(v.Kinds(), kind) {
			return "", false
		}
		var b strings.Builder
		for _, f := range v.Wrong {
			fmt.Fprintf(&b, "wrong: %s\n", f)
		}
		for _, d := range v.Missed {
			fmt.Fprintf(&b, "missed: %s at lines %v\n", d.Kind, d.Lines)
		}
		return b.String(), true
	}
	return p.minimise(shows)
}

// minimise makes a program smaller as long as it shows something, and says what that is then.
func (p *Program) minimise(shows func(*Program) (string, bool)) (small *Program, what string) {
	what, _ = shows(p)
next:
	for {
		for n := 0; ; n++ {
			q, ok := p.without(n)
			if !ok {
				return p, what
			}
			if w, ok := shows(q); ok {
				p, what = q, w
				continue next
			}
		}
	}
}

// without returns a copy of the program in which the statement with a number is gone, or
// its body stands for it. It returns false if there are not so many edits.
func (p *Program) without(n int) (q *Program, ok bool) {
	left := n
	var list func(body []*stmt) []*stmt
	list = func(body []*stmt) (out []*stmt) {
		for _, s := range body {
			c := *s
			if s.op != start {
				if left--; left == -1 {
					continue
				}
				if len(s.body) > 0 {
					if left--; left == -1 {
						out = append(out, list(s.body)...)
						continue
					}
				}
			}
			c.body = list(s.body)
			out = append(out, &c)
		}
		return out
	}
	q = &Program{buffers: p.buffers, fields: p.fields}
	for _, r := range p.routines {
		q.routines = append(q.routines, list(r))
	}
	for _, h := range p.helpers {
		q.helpers = append(q.helpers, list(h))
	}
	q.number()
	return q, left < 0
}
