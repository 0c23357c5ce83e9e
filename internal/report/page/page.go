// Package page writes reports as HTML: one file that needs no network. Text of the program
// that was analysed is data: it gets into the page through html/template, as text.
package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/report"
)

//go:embed page.html
var text string

//go:embed page.css
var style string

//go:embed page.js
var script string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"short":   hot.Short,
	"name":    hot.Name,
	"percent": func(share float64) string { return fmt.Sprintf("%.1f %%", share*100) },
	"base":    filepath.Base,
	"average": func(d time.Duration, n int64) time.Duration { return d / time.Duration(max(n, 1)) },
	"share": func(part, whole time.Duration) float64 {
		return float64(part) / float64(max(whole, 1))
	},
	"bar":  func(share float64) string { return fmt.Sprintf("%.1f", min(1, share)*200) },
	"plot": lockPlot,
	"last": func(places []ordergraph.Place) ordergraph.Place { return places[len(places)-1] },
	"sum":  func(a, b time.Duration) time.Duration { return a + b },
	"most": func(list []*hot.Where) []*hot.Where { return list[:min(len(list), 8)] },
}).Parse(text))

// view is what the template gets.
type view struct {
	*report.Data
	Style  template.CSS
	Script template.JS
	SVG    template.HTML
	// Steps are the steps of all findings, for the script to show when one is opened.
	Steps                        steps
	Checks, Categories, Packages []string
	Severities                   []string
	Made                         bool
	Queues                       []plot
}

// Write writes a page.
func Write(w io.Writer, d *report.Data) error {
	v := view{Data: d, Style: template.CSS(style), Script: template.JS(script), Made: d.Checks}
	if d.Graph != nil && d.Graph.SVG != "" {
		svg, err := clean(d.Graph.SVG)
		if err != nil {
			return fmt.Errorf("the picture of the graph: %v", err)
		}
		v.SVG = template.HTML(svg)
	}
	v.Steps = newSteps(d.Findings)
	checks, categories, packages, severities := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range d.Findings {
		checks[f.Check], categories[f.Check+"/"+f.Category], packages[f.Package], severities[f.Severity] = true, true, true, true
	}
	v.Checks, v.Categories, v.Packages, v.Severities = sorted(checks), sorted(categories), sorted(packages), sorted(severities)
	if d.Hot != nil {
		v.Queues = queuePlots(d.Hot)
	}
	return page.Execute(w, v)
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// steps has the steps of findings in a form that repeats no text: files and lines of
// source stand once.
type steps struct {
	Files    []string              `json:"files"`
	Lines    []map[int][][2]string `json:"lines"` // of each file, by number: tokens with their kinds
	Findings [][]step              `json:"findings"`
}

// A step is a message and the lines around a place.
type step struct {
	Message string `json:"m"`
	File    int    `json:"f"`
	Line    int    `json:"l"`
	From    int    `json:"a"`
	To      int    `json:"b"`
}

func newSteps(findings []report.Finding) (s steps) {
	number := make(map[string]int)
	s.Files, s.Lines, s.Findings = []string{}, []map[int][][2]string{}, [][]step{}
	add := func(message string, p report.Place) step {
		n, ok := number[p.File]
		if !ok {
			n = len(s.Files)
			number[p.File] = n
			s.Files = append(s.Files, p.File)
			s.Lines = append(s.Lines, make(map[int][][2]string))
		}
		for i, line := range p.Source {
			if s.Lines[n][p.First+i] == nil {
				s.Lines[n][p.First+i] = tokens(line)
			}
		}
		return step{message, n, p.Line, p.First, p.First + len(p.Source) - 1}
	}
	for _, f := range findings {
		list := []step{add("", f.At)}
		for _, st := range f.Steps {
			list = append(list, add(st.Message, st.At))
		}
		s.Findings = append(s.Findings, list)
	}
	return s
}

// JSON writes the steps for a script element, where html/template escapes them.
func (s steps) JSON() (string, error) {
	out, err := json.Marshal(s)
	return string(out), err
}
