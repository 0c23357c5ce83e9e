package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// A report is all that the command prints.
type report struct {
	modules        []module
	current, base  []finding
	runs, baseRuns []run
	compared       bool // there is a base
	verdicts       verdicts
	all            bool
}

// print writes findings first, then what can be summed up.
func (r *report) print(w io.Writer) error {
	words, missing := r.verdicts.judge(r.current)
	missing = r.inReach(missing)
	var d diff
	if r.compared {
		d = compare(r.base, r.current)
		baseWords, _ := r.verdicts.judge(r.base)
		r.list(w, "NEW", d.added, r.current, words)
		r.list(w, "GONE", d.gone, r.base, baseWords)
		r.listChanged(w, d.changed, words)
	}
	var open, every []int
	for i := range r.current {
		every = append(every, i)
		if words[i] == notJudged {
			open = append(open, i)
		}
	}
	switch {
	case r.all:
		r.list(w, "ALL", every, r.current, words)
	case !r.compared:
		r.list(w, "NOT JUDGED", open, r.current, words)
	}
	if len(missing) > 0 {
		fmt.Fprintf(w, "JUDGED BUT NOT FOUND: %d\n", len(missing))
		for _, v := range missing {
			word := knownTrue
			if v.wrong {
				word = knownWrong
			}
			fmt.Fprintf(w, "  %s, %d of them, %s (findings.md:%d)\n", v.key, v.count, word, v.line)
		}
		fmt.Fprintln(w)
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	r.totals(tw, d, words)
	r.failures(tw)
	r.costs(tw)
	return tw.Flush()
}

// inReach leaves out verdicts on modules that were not analysed, and sorts.
func (r *report) inReach(vs []verdict) []verdict {
	reached := func(v verdict) bool {
		return slices.ContainsFunc(r.modules, func(m module) bool { return m.has(v.fn) })
	}
	vs = slices.DeleteFunc(vs, func(v verdict) bool { return !reached(v) })
	slices.SortFunc(vs, func(a, b verdict) int { return cmp.Compare(a.line, b.line) })
	return vs
}

// has reports whether a function with that full name belongs to the module.
func (m module) has(fn string) bool {
	if m.path == "std" {
		first, _, more := strings.Cut(fn, "/")
		return !more || !strings.Contains(first, ".")
	}
	rest, ok := strings.CutPrefix(fn, m.path)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '/' || rest[0] == '_')
}

func (r *report) list(w io.Writer, title string, which []int, fs []finding, words []string) {
	fmt.Fprintf(w, "%s: %d\n", title, len(which))
	for _, i := range which {
		r.one(w, fs[i], words[i])
	}
	fmt.Fprintln(w)
}

func (r *report) one(w io.Writer, f finding, word string) {
	fmt.Fprintf(w, "  %s %s:%d: %s [%s] (%s)\n      %s\n",
		r.modules[f.module].name(), f.Start.File, f.Start.Line, f.Message, f.kind, word, f.fn)
}

func (r *report) listChanged(w io.Writer, pairs [][2]int, words []string) {
	fmt.Fprintf(w, "CHANGED: %d\n", len(pairs))
	for _, p := range pairs {
		was, is := r.base[p[0]], r.current[p[1]]
		r.one(w, is, words[p[1]])
		fmt.Fprintf(w, "      was %s:%d: %s\n", was.Start.File, was.Start.Line, was.Message)
		if was.Message == is.Message {
			fmt.Fprintf(w, "      (its steps differ: %d, now %d)\n", len(was.Related), len(is.Related))
		}
	}
	fmt.Fprintln(w)
}

// totals has a row per kind of finding.
func (r *report) totals(w io.Writer, d diff, words []string) {
	type row struct{ findings, right, wrong, open, added, gone, changed int }
	rows := map[string]*row{}
	of := func(kind string) []*row {
		for _, k := range []string{kind, "~all"} { // sorts last
			if rows[k] == nil {
				rows[k] = &row{}
			}
		}
		return []*row{rows[kind], rows["~all"]}
	}
	for i, f := range r.current {
		for _, row := range of(f.kind) {
			row.findings++
			switch words[i] {
			case knownTrue:
				row.right++
			case knownWrong:
				row.wrong++
			default:
				row.open++
			}
		}
	}
	for _, i := range d.added {
		for _, row := range of(r.current[i].kind) {
			row.added++
		}
	}
	for _, i := range d.gone {
		for _, row := range of(r.base[i].kind) {
			row.gone++
		}
	}
	for _, p := range d.changed {
		for _, row := range of(r.current[p[1]].kind) {
			row.changed++
		}
	}
	of("~all")
	fmt.Fprint(w, "CHECK\tFINDINGS\tKNOWN TRUE\tKNOWN WRONG\tNOT JUDGED")
	if r.compared {
		fmt.Fprint(w, "\tNEW\tGONE\tCHANGED")
	}
	fmt.Fprintln(w)
	for _, kind := range slices.Sorted(maps.Keys(rows)) {
		row := rows[kind]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d", strings.TrimPrefix(kind, "~"), row.findings, row.right, row.wrong, row.open)
		if r.compared {
			fmt.Fprintf(w, "\t%d\t%d\t%d", row.added, row.gone, row.changed)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// failures lists what could not be analysed, by the first line of the reason.
func (r *report) failures(w io.Writer) {
	var lines []string
	for i, run := range r.runs {
		name := r.modules[i].name()
		if run.Why != "" {
			lines = append(lines, fmt.Sprintf("%s\t(no report)\t%s", name, firstLine(run.Why)))
		}
		for _, e := range run.Report.Errors {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s", name, cmp.Or(e.Package, "-"), firstLine(e.Message)))
		}
	}
	if len(lines) > 0 {
		fmt.Fprintf(w, "FAILED\tPACKAGE\tWHY\n%s\n\n", strings.Join(lines, "\n"))
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// costs has a row per module: what the runs took when they were made.
func (r *report) costs(w io.Writer) {
	fmt.Fprint(w, "MODULE\tFINDINGS\tFAILED\tCPU\tWALL\tONE PROCESS")
	if r.compared {
		fmt.Fprint(w, "\tBASE CPU\tWALL\tONE PROCESS")
	}
	fmt.Fprintln(w)
	for i, m := range r.modules {
		n := 0
		for _, f := range r.current {
			if f.module == i {
				n++
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s", m.name(), n, len(r.runs[i].Report.Errors), cost(r.runs[i]))
		if r.compared {
			fmt.Fprintf(w, "\t%s", cost(r.baseRuns[i]))
		}
		fmt.Fprintln(w)
	}
}

func cost(r run) string {
	return fmt.Sprintf("%.1fs\t%.1fs\t%dMB", r.Sample.CPU.Seconds(), r.Sample.Wall.Seconds(), r.Sample.Largest>>20)
}
