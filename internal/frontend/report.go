package frontend

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/guardlist"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/overlay"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/section"
	"github.com/lockvet/lockvet/internal/why"
)

// The types below are the schema of -format=json, which docs/cli.md describes:
// fields may be added, and nothing else may change, while Version stays.

// A Report is all that one run has to say.
type Report struct {
	Version  int       `json:"version"`
	Findings []Finding `json:"findings"`
	Errors   []Failure `json:"errors"`
	Stats    []Stats   `json:"stats,omitempty"` // with -stats

	bundles  []*order.Bundle      // what packages contribute to the cycles of the module
	sections []*section.Package   // where locks are taken and given back
	edges    []*ordergraph.Bundle // which lock is waited for under which
	guards   []*guardlist.Package // which lock the accesses to fields have
	records  []*why.Package       // what is believed of locks, and what the analysis took
	has      map[string]bool      // the import paths of the packages that have a result
	packages int                  // results that go vet gave, those for dependencies included
	asked    int                  // packages that were asked for; 0 if nobody knows
	cached   int                  // those of them whose results the go command had in its cache
	took     time.Duration        // 0 if nobody waited
}

// A Finding is one diagnostic of one check.
type Finding struct {
	Check    string   `json:"check"`
	Category string   `json:"category,omitempty"`
	Severity string   `json:"severity"`
	Message  string   `json:"message"`
	URL      string   `json:"url"`
	Package  string   `json:"package"`
	Start    Position `json:"start"`
	End      Position `json:"end"`
	Related  []Step   `json:"related,omitempty"`
	Fixes    []Fix    `json:"fixes,omitempty"`
}

// A Step is a place that matters to a finding, and why.
type Step struct {
	Message string   `json:"message"`
	Start   Position `json:"start"`
	End     Position `json:"end"`
}

// A Position is a place in a file. Line and column count from 1 and the column
// counts bytes; what is not known is 0.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// A Fix is a change that removes the finding.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces the bytes from Start up to End of a file.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// vetTree is what go vet prints per package: package ID → check → []vetDiagnostic,
// or an object with the error that made the check fail.
type vetTree map[string]map[string]json.RawMessage

type vetDiagnostic struct {
	Category       string `json:"category"`
	Posn           string `json:"posn"`
	End            string `json:"end"`
	Message        string `json:"message"`
	SuggestedFixes []struct {
		Message string `json:"message"`
		Edits   []struct {
			Filename string `json:"filename"`
			Start    int    `json:"start"`
			End      int    `json:"end"`
			New      string `json:"new"`
		} `json:"edits"`
	} `json:"suggested_fixes"`
	Related []struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	} `json:"related"`
}

// add takes in what go vet printed for a package.
func (r *Report) add(tree vetTree) {
	for id, checks := range tree {
		pkg, _, _ := strings.Cut(id, " [") // "p [p.test]" is p with its tests
		if r.has == nil {
			r.has = make(map[string]bool)
		}
		r.has[pkg] = true
		failures := make(map[string][]string) // checks by error
		for check, result := range checks {
			var diags []vetDiagnostic
			if json.Unmarshal(result, &diags) == nil {
				for _, d := range diags {
					if r.addData(d) {
						continue
					}
					r.Findings = append(r.Findings, newFinding(pkg, check, d))
				}
				continue
			}
			var failed struct {
				Error string `json:"error"`
			}
			if err := json.Unmarshal(result, &failed); err != nil {
				failed.Error = fmt.Sprintf("cannot read the findings: %v", err)
			}
			failures[failed.Error] = append(failures[failed.Error], check)
		}
		r.Errors = append(r.Errors, failuresOf(pkg, failures)...)
	}
}

// addData takes in a diagnostic by which the vet tool hands over data. It reports whether
// that is one.
func (r *Report) addData(d vetDiagnostic) bool {
	switch d.Category {
	case order.PairsCategory:
		if b, err := order.DecodeBundle(d.Message); err == nil {
			r.bundles = append(r.bundles, b)
		}
	case ordergraph.Category:
		if b, err := ordergraph.Decode(d.Message); err == nil {
			r.edges = append(r.edges, b)
		}
	case section.Category:
		if p, err := section.Decode(d.Message); err == nil {
			r.sections = append(r.sections, p)
		}
	case guardlist.Category:
		if p, err := guardlist.Decode(d.Message); err == nil {
			r.guards = append(r.guards, p)
		}
	case why.Category:
		if p, err := why.Decode(d.Message); err == nil {
			r.records = append(r.records, p)
		}
	default:
		return false
	}
	return true
}

// failuresOf says once what several checks of a package failed for, and nothing of those that failed
// because others did.
func failuresOf(pkg string, checks map[string][]string) (failures []Failure) {
	follows := func(err string) bool { return strings.HasPrefix(err, "failed prerequisites:") }
	first := slices.ContainsFunc(slices.Collect(maps.Keys(checks)), func(err string) bool { return !follows(err) })
	for err, checks := range checks {
		if !first || !follows(err) {
			slices.Sort(checks)
			failures = append(failures, Failure{Package: pkg, Message: strings.Join(checks, ", ") + ": " + err})
		}
	}
	return failures
}

func newFinding(pkg, check string, d vetDiagnostic) Finding {
	f := Finding{
		Check: check, Category: d.Category, Message: d.Message, Package: pkg,
		Start: parsePosition(d.Posn), End: parsePosition(d.End),
	}
	for _, rel := range d.Related {
		f.Related = append(f.Related, Step{rel.Message, parsePosition(rel.Posn), parsePosition(rel.End)})
	}
	for _, fix := range d.SuggestedFixes {
		edits := make([]Edit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = Edit{overlay.Original(e.Filename), e.Start, e.End, e.New}
		}
		f.Fixes = append(f.Fixes, Fix{fix.Message, edits})
	}
	return f
}

// parsePosition reads "file:line:column", of which all but the file may be
// missing; "-" is no position at all. The file can be one that an editor had
// the text of, even if no editor has to do with this run.
func parsePosition(s string) (p Position) {
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			break
		}
		s, numbers = s[:i], append(numbers, n)
	}
	switch len(numbers) {
	case 1:
		p.Line = numbers[0]
	case 2:
		p.Line, p.Column = numbers[1], numbers[0]
	}
	if s != "-" {
		p.File = overlay.Original(s)
	}
	return p
}

// String is the position as compilers print it.
func (p Position) String() string {
	s := p.File
	if s == "" {
		return "-"
	}
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			s += ":" + strconv.Itoa(p.Column)
		}
	}
	return s
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// pick drops what was found in packages other than those wanted and their tests,
// unless nobody knows which those are.
func (r *Report) pick(wanted map[string]bool) {
	if len(wanted) == 0 {
		return
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return !wanted[f.Package] && !wanted[strings.TrimSuffix(f.Package, "_test")]
	})
}

// tidy makes paths relative to dir, drops what is found twice (a file can be in
// a package and in its test variant) or, without tests, in tests, and sorts.
func (r *Report) tidy(dir string, tests bool) {
	for i := range r.Findings {
		f := &r.Findings[i]
		relative(dir, &f.Start.File, &f.End.File)
		for j := range f.Related {
			relative(dir, &f.Related[j].Start.File, &f.Related[j].End.File)
		}
		for j := range f.Fixes {
			for k := range f.Fixes[j].Edits {
				relative(dir, &f.Fixes[j].Edits[k].File)
			}
		}
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return !tests && strings.HasSuffix(f.Start.File, "_test.go")
	})
	slices.SortFunc(r.Findings, func(f, g Finding) int {
		return cmp.Or(
			f.Start.compare(g.Start), f.End.compare(g.End),
			cmp.Compare(f.Check, g.Check), cmp.Compare(f.Category, g.Category), cmp.Compare(f.Message, g.Message),
			cmp.Compare(f.Package, g.Package),
			// Findings that differ in their steps only; the order must not be chance.
			cmp.Compare(fmt.Sprint(f.Related, f.Fixes), fmt.Sprint(g.Related, g.Fixes)),
		)
	})
	r.Findings = slices.CompactFunc(r.Findings, func(f, g Finding) bool {
		f.Package = g.Package
		return reflect.DeepEqual(f, g)
	})
}

// relative makes paths relative to dir where they lie below it, and gives all
// of them forward slashes.
func relative(dir string, paths ...*string) {
	for _, path := range paths {
		if rel, err := filepath.Rel(dir, *path); err == nil && filepath.IsLocal(rel) {
			*path = rel
		}
		*path = filepath.ToSlash(*path)
	}
}

// keep drops findings that are not wanted: those that no vet tool has made, which
// would have left them out.
func (r *Report) keep(s *rules.Selection) {
	if s != nil {
		r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return !s.Wants(f.Check, f.Category) })
	}
}

// clone returns a copy whose paths can be changed.
func (r *Report) clone() *Report {
	c := *r
	c.Findings = slices.Clone(r.Findings)
	for i := range c.Findings {
		f := &c.Findings[i]
		f.Related, f.Fixes = slices.Clone(f.Related), slices.Clone(f.Fixes)
		for j := range f.Fixes {
			f.Fixes[j].Edits = slices.Clone(f.Fixes[j].Edits)
		}
	}
	return &c
}

// finish drops the findings in files that the configuration leaves out, and fills in
// how grave each finding is and where its check is documented, which go vet does not
// pass on. The paths are absolute.
func (r *Report) finish(analyzers []*analysis.Analyzer, c *config.Config) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return c.Excludes(f.Start.File) })
	r.unite()
	checks := make(map[string]*analysis.Analyzer)
	for _, a := range analyzers {
		checks[a.Name] = a
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if a := checks[f.Check]; a != nil {
			f.URL = ruleURL(rules.Rule{Analyzer: a, Category: f.Category})
		}
		f.Severity = string(c.Severity.Of(f.Check, f.Category))
	}
}
