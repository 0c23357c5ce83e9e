// Package ordergraph is the graph of which lock is waited for under which: what
// packages contribute to it, what of it is shown, and how it is written.
//
// A node is a lock class. An edge from A to B says that somebody waits for a B while
// holding an A. That alone is no mistake; edges in a circle may be one, which the check
// lockorder judges by more than the graph.
package ordergraph

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Category is the category of the diagnostic by which the vet tool hands the edges of a
// package to the command. Its message is a [Bundle].
const Category = "edges"

// A Bundle is what one package contributes.
type Bundle struct {
	Pkg   string
	Edges []*Edge `json:",omitempty"`
	// Packages has the package of each class: "x.go.T.mu" alone does not say.
	Packages map[string]string `json:",omitempty"`
	// Before are the orders that the package's comments declare, Leaves the locks
	// under which they say nothing is waited for.
	Before [][2]string `json:",omitempty"`
	Leaves []string    `json:",omitempty"`
}

// PackageOf returns which of the packages a class belongs to, "" if to none.
func PackageOf(class string, packages map[string]bool) (pkg string) {
	if decl, _, ok := strings.Cut(class, "@"); ok { // a local variable: pkg.f.mu, (pkg.T).m.mu, (*pkg.T).m.mu
		class = strings.TrimLeft(decl, "(*")
	}
	for i, c := range class {
		if c == '.' && packages[class[:i]] {
			pkg = class[:i]
		}
	}
	return pkg
}

// Encode writes the bundle as text.
func (b *Bundle) Encode() string {
	text, _ := json.Marshal(b) // there is nothing in it that JSON cannot say
	return string(text)
}

// Decode reads what Encode has written.
func Decode(text string) (*Bundle, error) {
	b := new(Bundle)
	err := json.Unmarshal([]byte(text), b)
	return b, err
}

// A Place is one step of the way to a lock.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Func string `json:"function"`
	What string `json:"what"` // "locks c.mu", "calls (*Cache).evict"
}

// A Way is how one goroutine comes to hold the one lock and wait for the other. Both
// lists of steps begin in the function Root of the package Pkg and end at the operation.
type Way struct {
	Pkg   string  `json:"package"`
	Root  string  `json:"root"`
	Held  []Place `json:"held"`
	Want  []Place `json:"want"`
	Read  bool    `json:"read,omitempty"`  // both locks are only read-locked
	Maybe bool    `json:"maybe,omitempty"` // the first may have been released by then
	Test  bool    `json:"test,omitempty"`  // a test does it
}

// key identifies a way by its two operations: many functions lead to the same ones.
func (w *Way) key() [2]Place {
	return [2]Place{w.Held[len(w.Held)-1], w.Want[len(w.Want)-1]}
}

// compare orders the ways of an edge: those that say most first, then the shortest.
func (w *Way) compare(x *Way) int {
	place := func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What))
	}
	return cmp.Or(cmp.Compare(w.strength(), x.strength()), cmp.Compare(len(w.Held)+len(w.Want), len(x.Held)+len(x.Want)),
		slices.CompareFunc(w.Want, x.Want, place), slices.CompareFunc(w.Held, x.Held, place),
		cmp.Compare(w.Pkg, x.Pkg), cmp.Compare(w.Root, x.Root))
}

// strength is smaller for ways that prove more.
func (w *Way) strength() int {
	switch {
	case w.Test:
		return 2
	case w.Read || w.Maybe:
		return 1
	}
	return 0
}

// An Edge says that To is waited for with From held.
type Edge struct {
	From, To string
	// Count is the number of pairs of places at which that happens.
	Count int
	Ways  []*Way
}

// MaxWays is how many ways of an edge are kept.
const MaxWays = 3

// Collect makes edges of ways, each of which belongs to an edge named by from and to.
type Collect struct {
	edges map[[2]string]map[[2]Place]*Way
}

// Add adds a way. A place may be reached in several ways: the one that says most stays.
func (c *Collect) Add(from, to string, w *Way) {
	if c.edges == nil {
		c.edges = make(map[[2]string]map[[2]Place]*Way)
	}
	ways := c.edges[[2]string{from, to}]
	if ways == nil {
		ways = make(map[[2]Place]*Way)
		c.edges[[2]string{from, to}] = ways
	}
	if old := ways[w.key()]; old == nil || w.compare(old) < 0 {
		ways[w.key()] = w
	}
}

// Edges returns the edges, sorted, each with the ways that say most.
func (c *Collect) Edges() (edges []*Edge) {
	for names, ways := range c.edges {
		sorted := slices.SortedFunc(maps.Values(ways), (*Way).compare)
		edges = append(edges, &Edge{From: names[0], To: names[1], Count: len(sorted), Ways: sorted[:min(MaxWays, len(sorted))]})
	}
	slices.SortFunc(edges, (*Edge).compare)
	return edges
}

func (e *Edge) compare(f *Edge) int {
	return cmp.Or(strings.Compare(e.From, f.From), strings.Compare(e.To, f.To))
}

// WithoutTests returns the bundle without what only tests do.
func (b *Bundle) WithoutTests() *Bundle {
	c := *b
	c.Edges = nil
	for _, e := range b.Edges {
		f := *e
		f.Ways = slices.DeleteFunc(slices.Clone(e.Ways), func(w *Way) bool { return w.Test })
		if len(f.Ways) > 0 {
			c.Edges = append(c.Edges, &f)
		}
	}
	return &c
}
