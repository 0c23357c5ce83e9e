package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"text/tabwriter"

	"github.com/lockvet/lockvet/internal/frontend"
)

// printTable writes a row per kernel that has a cause or a report, then the
// totals per subtype, and if verbose every report.
func printTable(w io.Writer, results []result, verbose bool) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "KERNEL\tSUBTYPE\tCAUSE\tVERDICT\tREPORT")
	for _, res := range results {
		if res.verdict() != "silent" {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", res.kernel, subtype(res), causeCell(res), res.verdict(), reportCell(res))
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	printTotals(tw, results)
	if err := tw.Flush(); err != nil {
		return err
	}
	if verbose {
		printReports(w, results)
	}
	return nil
}

func subtype(res result) string {
	if res.cause == nil {
		return "(no lock involved)"
	}
	return res.cause.subtype
}

// causeCell shows the first way to be right; the table has the others.
func causeCell(res result) string {
	if res.cause == nil {
		return "-"
	}
	cell := res.cause.at[0].String()
	if n := len(res.cause.at) - 1; n > 0 {
		cell += fmt.Sprintf(" (or %d more)", n)
	}
	return cell
}

// reportCell shows one report, the one that decided the verdict.
func reportCell(res result) string {
	for _, reports := range [][]frontend.Finding{res.wrong, res.found, res.also} {
		if len(reports) > 0 {
			return at(reports[0])
		}
	}
	return "-"
}

func at(r frontend.Finding) string {
	return r.Check + "@" + strconv.Itoa(r.Start.Line)
}

// printReports lists every report under its kernel.
func printReports(w io.Writer, results []result) {
	for _, res := range results {
		groups := []struct {
			word    string
			reports []frontend.Finding
		}{{"found", res.found}, {"wrong", res.wrong}, {"also true", res.also}, {"borrowed", res.borrowed}}
		title := fmt.Sprintf("\n%s: %s\n", res.kernel, res.verdict())
		for _, g := range groups {
			for _, r := range g.reports {
				fmt.Fprintf(w, "%s  %s: %s: %s: %s\n", title, g.word, r.Check, line(r.Start), r.Message)
				for _, s := range r.Related {
					fmt.Fprintf(w, "      %s: %s\n", line(s.Start), s.Message)
				}
				title = ""
			}
		}
	}
}

// line is short for a place in a kernel, whose folder the row names.
func line(p frontend.Position) string {
	return fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line)
}

func printTotals(w io.Writer, results []result) {
	type count struct{ kernels, found, missed, wrongKernels, wrongReports int }
	add := func(c *count, res result) {
		c.kernels++
		if len(res.found) > 0 {
			c.found++
		} else if res.cause != nil {
			c.missed++
		}
		if len(res.wrong) > 0 {
			c.wrongKernels++
		}
		c.wrongReports += len(res.wrong)
	}
	row := func(name string, c count) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", name, c.kernels, c.found, c.missed, c.wrongKernels, c.wrongReports)
	}

	var names []string
	counts := map[string]*count{}
	var all count
	for _, res := range results {
		name := subtype(res)
		if counts[name] == nil {
			counts[name] = &count{}
			names = append(names, name)
		}
		add(counts[name], res)
		add(&all, res)
	}
	fmt.Fprintln(w, "SUBTYPE\tKERNELS\tFOUND\tMISSED\tWITH A WRONG REPORT\tWRONG REPORTS")
	for _, name := range names {
		row(name, *counts[name])
	}
	row("all", all)
}
