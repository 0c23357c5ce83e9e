// Package report has what a page shows, for the program that writes it: see its package
// page.
package report

import (
	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/ordergraph"
)

// Data is what a page shows. What is nil or empty is left out.
type Data struct {
	Title    string
	Findings []Finding
	Failures []string
	Checks   bool // findings were asked for, be there any or not
	Graph    *Graph
	Hot      *hot.Report
}

// A Finding is a finding with the source that it and its steps speak of.
type Finding struct {
	Check, Category, Package, Severity string
	Message, URL                       string
	At                                 Place
	Steps                              []Step
}

// A Step is a place that matters to a finding, and why.
type Step struct {
	Message string
	At      Place
}

// A Place is a line of a file, with the lines around it. First is the number of the first
// of Source, and Line is 0 if only the file is known.
type Place struct {
	File   string
	Line   int
	First  int
	Source []string
}

// A Graph is the order of locks and its picture.
type Graph struct {
	SVG   string
	Locks []Lock
	Edges []Edge
	Note  string
}

// A Lock is a node of the graph.
type Lock struct {
	ID, Class, Name string
	Level           int
}

// An Edge is an edge of the graph. Finding numbers lead to those with its two locks.
type Edge struct {
	From, To string // names
	Says     string
	Places   int
	Color    string // "cycle", "new", "test" or ""
	Ways     []*ordergraph.Way
	Findings []int
}
