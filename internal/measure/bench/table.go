package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/lockvet/lockvet/internal/measure/usage"
)

// measures are the table's columns: what of a sample counts.
var measures = []struct {
	name string
	of   func(usage.Sample) float64
	show func(float64) string
}{
	{"WALL", func(s usage.Sample) float64 { return s.Wall.Seconds() }, seconds},
	{"CPU", func(s usage.Sample) float64 { return s.CPU.Seconds() }, seconds},
	{"MEMORY", func(s usage.Sample) float64 { return float64(s.Tree) }, megabytes},
	{"ONE PROCESS", func(s usage.Sample) float64 { return float64(s.Largest) }, megabytes},
}

func seconds(v float64) string   { return fmt.Sprintf("%.1fs", v) }
func megabytes(v float64) string { return fmt.Sprintf("%.0fMB", v/(1<<20)) }

// printTable writes what each tool took at the median, then lockvet's ratio to
// each other tool. A ratio is the median of the rounds' ratios, not the ratio of
// the medians: what slows the machine for a while slows a whole round.
func printTable(w io.Writer, names []string, samples map[string][]usage.Sample) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	header := ""
	for _, m := range measures {
		header += "\t" + m.name
	}
	fmt.Fprintln(tw, "MEDIAN"+header)
	for _, name := range names {
		fmt.Fprint(tw, name)
		for _, m := range measures {
			fmt.Fprint(tw, "\t", m.show(median(values(samples[name], m.of))))
		}
		fmt.Fprintln(tw)
	}
	own, ok := samples[subject]
	if !ok || len(names) == 1 {
		return tw.Flush()
	}
	fmt.Fprintln(tw, "\nRATIO"+header)
	for _, name := range names {
		if name == subject {
			continue
		}
		fmt.Fprintf(tw, "%s / %s", subject, name)
		for _, m := range measures {
			fmt.Fprint(tw, "\t", ratio(values(own, m.of), values(samples[name], m.of)))
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

// ratio shows the median of a/b over the rounds, with the lowest and the highest:
// how far they are apart says how much to believe it.
func ratio(a, b []float64) string {
	var rs []float64
	for i := range a {
		if b[i] == 0 {
			return "-" // not measured on this system
		}
		rs = append(rs, a[i]/b[i])
	}
	return fmt.Sprintf("%.2f (%.2f-%.2f)", median(rs), slices.Min(rs), slices.Max(rs))
}

func values(samples []usage.Sample, of func(usage.Sample) float64) []float64 {
	var vs []float64
	for _, s := range samples {
		vs = append(vs, of(s))
	}
	return vs
}

func median(vs []float64) float64 {
	vs = slices.Sorted(slices.Values(vs))
	n := len(vs)
	return (vs[(n-1)/2] + vs[n/2]) / 2
}
