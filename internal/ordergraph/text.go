package ordergraph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Format writes a graph. Relative says how a file is called.
type Format struct {
	Name  string
	Write func(g *Graph, relative func(file string) string) []byte
}

// Formats are the ways to write a graph that take no layout.
var Formats = []Format{
	{"text", (*Graph).text},
	{"dot", func(g *Graph, _ func(string) string) []byte { return g.DOT() }},
	{"mermaid", func(g *Graph, _ func(string) string) []byte { return g.mermaid() }},
	{"json", (*Graph).json},
}

// short is the last element of a package's path.
func short(pkg string) string { return pkg[strings.LastIndexByte(pkg, '/')+1:] }

// Name is the node for people: without the path of its package.
func (n *Node) Name() string {
	if n.Folded != "" && n.Label == short(n.Pkg) {
		return n.Label + " (" + n.Folded + ")"
	}
	name := short(n.Pkg) + "." + n.Label
	if len(n.Locks) > 1 {
		name += fmt.Sprintf(" and %d more", len(n.Locks)-1)
	}
	return name
}

// marks says in words what a picture says by colours.
func (l *Link) marks() (marks []string) {
	for _, m := range []struct {
		is   bool
		mark string
	}{
		{l.Against, "against the declared order"}, {l.Cycle, "in a circle"}, {l.New, "new"}, {l.Test, "only in tests"},
		{l.Read, "no wait without a writer"}, {l.Declared, "declared"},
	} {
		if m.is {
			marks = append(marks, m.mark)
		}
	}
	return marks
}

// Says is what an edge means, with what is special about it.
func (l *Link) Says() string {
	s := fmt.Sprintf("%s, then %s", l.From.Name(), l.To.Name())
	if marks := l.marks(); len(marks) > 0 {
		s += " (" + strings.Join(marks, ", ") + ")"
	}
	return s
}

// Place is the operation that a list of steps ends at.
func (w *Way) place() (held, want Place) { return w.Held[len(w.Held)-1], w.Want[len(w.Want)-1] }

// text lists the levels and then the edges, with the places.
func (g *Graph) text(relative func(string) string) []byte {
	var out bytes.Buffer
	if len(g.Edges) == 0 {
		out.WriteString("no lock is waited for under another one\n")
		return append(out.Bytes(), g.Hidden.paragraph()...)
	}
	levels := make(map[int][]string)
	top := 0
	for _, n := range g.Nodes {
		name := n.Name()
		if n.Leaf {
			name += " (leaf)"
		}
		levels[n.Level] = append(levels[n.Level], name)
		top = max(top, n.Level)
	}
	out.WriteString("Locks, what is taken first above:\n")
	for level := range top + 1 {
		slices.Sort(levels[level])
		fmt.Fprintf(&out, "  %d  %s\n", level, strings.Join(levels[level], ", "))
	}
	out.WriteString("\nOrders:\n")
	for _, l := range g.Edges {
		places := "1 place"
		if l.Count != 1 {
			places = fmt.Sprintf("%d places", l.Count)
		}
		fmt.Fprintf(&out, "  %s, %s\n", l.Says(), places)
		shown := 0
		for _, e := range l.Edges {
			for _, w := range e.Ways {
				if shown++; shown > MaxWays {
					break
				}
				held, want := w.place()
				fmt.Fprintf(&out, "    %s:%d  %s, held since %s:%d, in %s%s\n", relative(want.File), want.Line, want.Func,
					filepath.Base(held.File), held.Line, w.Root, w.via())
			}
		}
	}
	out.WriteString(g.Hidden.paragraph())
	return out.Bytes()
}

// via names the functions between the root and the operation.
func (w *Way) via() string {
	var names []string
	for _, s := range w.Want[1:] {
		names = append(names, s.Func)
	}
	if len(names) == 0 {
		return ""
	}
	return " by way of " + strings.Join(names, ", ")
}

// paragraph is what Says says, apart from what stands before it.
func (h Hidden) paragraph() string {
	if s := h.Says(); s != "" {
		return "\n" + s + " -all shows them.\n"
	}
	return ""
}

// Says says what is not shown, "" if everything is.
func (h Hidden) Says() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{h.Implied, "that others imply"}, {h.Foreign, "of locks of other modules"}, {h.Folded, "within folded nodes"}, {h.Weak, "that are weak (only read, or maybe released)"}, {h.Far, "beyond the depth"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Not shown: edges, " + strings.Join(parts, ", ") + "."
}

// packages groups nodes by package, in order.
func (g *Graph) packages() (groups [][]*Node) {
	for _, n := range g.Nodes {
		if last := len(groups) - 1; last >= 0 && groups[last][0].Pkg == n.Pkg {
			groups[last] = append(groups[last], n)
		} else {
			groups = append(groups, []*Node{n})
		}
	}
	return groups
}

// lines is the label of a node in a picture.
func (n *Node) lines() []string {
	lines := []string{n.Label}
	if n.Folded != "" {
		lines = append(lines, n.Folded)
	}
	if n.Leaf {
		lines = append(lines, "leaf")
	}
	return lines
}

// label is the label of an edge in a picture: how many places there are, and where one
// is if there is just one.
func (l *Link) label() string {
	if l.Count == 1 && len(l.Edges) == 1 {
		_, want := l.Edges[0].Ways[0].place()
		return fmt.Sprintf("%s:%d", filepath.Base(want.File), want.Line)
	}
	return fmt.Sprintf("%d×", l.Count)
}

// The colours of edges, which can be told apart without them by style and words too.
const (
	colorCycle = "#cc0000"
	colorTest  = "#777777"
	colorNew   = "#0057b8"
)

func (l *Link) color() string {
	switch {
	case l.Cycle || l.Against:
		return colorCycle
	case l.New:
		return colorNew
	case l.Test:
		return colorTest
	}
	return ""
}

// DOT writes the graph for Graphviz.
func (g *Graph) DOT() []byte {
	var out bytes.Buffer
	id := g.numbers()
	out.WriteString("digraph locks {\n\trankdir=TB;\n\tnode [shape=box, style=rounded, margin=\"0.2,0.05\", fontname=\"Helvetica\", fontsize=11];\n\tedge [fontname=\"Helvetica\", fontsize=9];\n")
	for i, group := range g.packages() {
		fmt.Fprintf(&out, "\tsubgraph cluster_%d {\n\t\tlabel=%s;\n\t\tfontname=\"Helvetica\";\n\t\tfontsize=11;\n\t\tcolor=\"#999999\";\n", i, dotQuote(group[0].Pkg))
		for _, n := range group {
			fmt.Fprintf(&out, "\t\t%s [id=%s, label=%s, tooltip=%s];\n", id[n], dotQuote(id[n]), dotQuote(n.lines()...), dotQuote(n.ID))
		}
		out.WriteString("\t}\n")
	}
	for i, l := range g.Edges {
		attrs := []string{fmt.Sprintf("id=\"e%d\"", i), "label=" + dotQuote(" "+l.label()+" "), "tooltip=" + dotQuote(l.Says())}
		if c := l.color(); c != "" {
			attrs = append(attrs, fmt.Sprintf("color=%q, fontcolor=%q", c, c))
		}
		if l.Read {
			attrs = append(attrs, "style=dashed")
		}
		if l.New || l.Cycle || l.Against {
			attrs = append(attrs, "penwidth=2")
		}
		fmt.Fprintf(&out, "\t%s -> %s [%s];\n", id[l.From], id[l.To], strings.Join(attrs, ", "))
	}
	for _, b := range g.rows() {
		fmt.Fprintf(&out, "\t%s -> %s [style=invis];\n", id[b[0]], id[b[1]])
	}
	out.WriteString("}\n")
	return out.Bytes()
}

// numbers names the nodes so that no format can take the name for something else.
func (g *Graph) numbers() map[*Node]string {
	id := make(map[*Node]string)
	for i, n := range g.Nodes {
		id[n] = fmt.Sprintf("n%d", i)
	}
	return id
}

// dotQuote writes lines of text as a quoted string of the DOT language, which knows no
// escape but that of the quote; what follows a backslash in a label means something.
func dotQuote(lines ...string) string {
	var quoted []string
	for _, s := range lines {
		quoted = append(quoted, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s))
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}

// mermaid writes the graph as a flowchart that GitHub draws in a README.
func (g *Graph) mermaid() []byte {
	var out bytes.Buffer
	id := g.numbers()
	out.WriteString("flowchart TB\n")
	for i, group := range g.packages() {
		fmt.Fprintf(&out, "  subgraph p%d[%s]\n", i, mermaidQuote(group[0].Pkg))
		for _, n := range group {
			fmt.Fprintf(&out, "    %s[%s]\n", id[n], mermaidQuote(n.lines()...))
		}
		out.WriteString("  end\n")
	}
	for i, l := range g.Edges {
		arrow := "-->"
		if l.Read {
			arrow = "-.->"
		}
		fmt.Fprintf(&out, "  %s %s|%s| %s\n", id[l.From], arrow, mermaidQuote(l.label()), id[l.To])
		if c := l.color(); c != "" {
			fmt.Fprintf(&out, "  linkStyle %d stroke:%s,color:%s\n", i, c, c)
		}
	}
	return out.Bytes()
}

// mermaidQuote writes lines of text as a quoted string of Mermaid, in which characters
// that mean something to it or to HTML are written by their numbers.
func mermaidQuote(lines ...string) string {
	var quoted []string
	for _, s := range lines {
		var b strings.Builder
		for _, r := range s {
			if strings.ContainsRune("\"#&<>`;\\{}|\n\r", r) {
				fmt.Fprintf(&b, "#%d;", r)
			} else {
				b.WriteRune(r)
			}
		}
		quoted = append(quoted, b.String())
	}
	return `"` + strings.Join(quoted, "<br>") + `"`
}

// The types below are the schema of -format=json, which docs/order.md describes.

type jsonGraph struct {
	Version int        `json:"version"`
	Locks   []jsonNode `json:"locks"`
	Edges   []jsonEdge `json:"edges"`
	Hidden  int        `json:"hidden"`
}

type jsonNode struct {
	Class   string   `json:"class"`
	Package string   `json:"package"`
	Name    string   `json:"name"`
	Level   int      `json:"level"`
	Leaf    bool     `json:"leaf,omitempty"`
	Cycle   bool     `json:"cycle,omitempty"`
	Folded  []string `json:"folded,omitempty"`
}

type jsonEdge struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Places   int    `json:"places"`
	Cycle    bool   `json:"cycle,omitempty"`
	Read     bool   `json:"read,omitempty"`
	Test     bool   `json:"test,omitempty"`
	New      bool   `json:"new,omitempty"`
	Declared bool   `json:"declared,omitempty"`
	Against  bool   `json:"against,omitempty"`
	Ways     []*Way `json:"ways"`
}

func (g *Graph) json(relative func(string) string) []byte {
	j := jsonGraph{Version: 1, Locks: []jsonNode{}, Edges: []jsonEdge{}, Hidden: g.Hidden.Implied + g.Hidden.Foreign + g.Hidden.Folded + g.Hidden.Weak + g.Hidden.Far}
	for _, n := range g.Nodes {
		jn := jsonNode{Class: n.ID, Package: n.Pkg, Name: n.Name(), Level: n.Level, Leaf: n.Leaf, Cycle: n.Cycle}
		if len(n.Locks) > 1 {
			jn.Folded = n.Locks
		}
		j.Locks = append(j.Locks, jn)
	}
	for _, l := range g.Edges {
		je := jsonEdge{l.From.ID, l.To.ID, l.Count, l.Cycle, l.Read, l.Test, l.New, l.Declared, l.Against, nil}
		for _, e := range l.Edges {
			for _, w := range e.Ways {
				x := *w
				x.Held, x.Want = places(w.Held, relative), places(w.Want, relative)
				je.Ways = append(je.Ways, &x)
			}
		}
		j.Edges = append(j.Edges, je)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(j) // there is nothing in it that JSON cannot say
	return out.Bytes()
}

func places(steps []Place, relative func(string) string) []Place {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].File = relative(steps[i].File)
	}
	return steps
}

// Places makes the files of all ways relative, for those who write the graph themselves.
func (g *Graph) Places(relative func(string) string) {
	for _, l := range g.Edges {
		for _, e := range l.Edges {
			for _, w := range e.Ways {
				w.Held, w.Want = places(w.Held, relative), places(w.Want, relative)
			}
		}
	}
}
