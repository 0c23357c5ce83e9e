package frontend

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/why"
)

// Stats says what the analysis of one package took.
type Stats struct {
	Package   string `json:"package"`
	WithTests bool   `json:"withTests"` // the package together with its tests, which is analysed besides
	why.Stats
}

// showStats says, on standard error or in the report, what the analysis of the packages took that were
// asked for.
func (f *frontend) showStats(c *command, r *Report, asked map[string]bool) {
	var others Stats
	n := 0
	for _, p := range r.records {
		if p.Stats == nil {
			continue
		}
		s := Stats{p.Pkg, p.WithTests, *p.Stats}
		if len(asked) == 0 || asked[p.Pkg] || asked[strings.TrimSuffix(p.Pkg, "_test")] {
			for i := range s.GaveUp {
				relative(c.dir, &s.GaveUp[i].At.File)
			}
			r.Stats = append(r.Stats, s)
			continue
		}
		n++
		others.Functions, others.Walked, others.Steps = others.Functions+s.Functions, others.Walked+s.Walked, others.Steps+s.Steps
		others.SSA, others.Walk, others.Total = others.SSA+s.SSA, others.Walk+s.Walk, others.Total+s.Total
		others.GaveUp = append(others.GaveUp, s.GaveUp...)
	}
	slices.SortFunc(r.Stats, func(a, b Stats) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Package, b.Package), cmp.Compare(fmt.Sprint(a.WithTests), fmt.Sprint(b.WithTests)))
	})
	f.progress.stop()
	w := tabwriter.NewWriter(f.stderr, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "functions\twalked\tgave up\tsteps\tSSA\twalk\tin all\t  package\n")
	row := func(name string, s Stats) {
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d ms\t%d ms\t%d ms\t  %s\n", s.Functions, s.Walked, len(s.GaveUp), s.Steps, s.SSA, s.Walk, s.Total, name)
	}
	for _, s := range r.Stats {
		name := s.Package
		if s.WithTests {
			name += " with tests"
		}
		row(name, s)
	}
	if n > 0 {
		row(fmt.Sprintf("(%d dependencies)", n), others)
	}
	w.Flush()
	f.showSurrenders(r.Stats)
	f.showLimits(r.Stats)
}

// showSurrenders lists the functions whose walk gave up, each once.
func (f *frontend) showSurrenders(stats []Stats) {
	seen := make(map[why.Place]bool)
	for _, s := range stats {
		for _, g := range s.GaveUp {
			if seen[g.At] {
				continue
			}
			seen[g.At] = true
			fmt.Fprintf(f.stderr, "gave up: %s (%s:%d) after %d steps, by the limit %s\n", g.Func, filepath.ToSlash(g.At.File), g.At.Line, g.Steps, g.Limit)
		}
	}
}

// showLimits lists the limits that were reached, and what is lost by that.
func (f *frontend) showLimits(stats []Stats) {
	reached := make(map[string]int)
	for _, s := range stats {
		for name, n := range s.Limits {
			reached[name] += n
		}
	}
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		i := slices.IndexFunc(limits.Table[:], func(e limits.Entry) bool { return e.Name == name })
		if i < 0 {
			continue
		}
		e := limits.Table[i]
		fmt.Fprintf(f.stderr, "limit %s reached %d times: more than %d %s; %s\n", name, reached[name], e.Max, e.Bounds, e.Beyond)
	}
}
