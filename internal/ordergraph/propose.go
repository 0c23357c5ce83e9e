package ordergraph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Propose writes the comments that declare the order of the graph: for each package, as
// few lines as its edges need. Edges in circles, and those against a declaration, are no
// order to declare. Edges of tests, uncertain ones and declared ones are left out as well.
func (g *Graph) Propose() []byte {
	var out bytes.Buffer
	for _, group := range g.packages() {
		var edges []*Link
		for _, l := range g.Edges {
			if l.From.Pkg == group[0].Pkg && !l.Cycle && !l.Against && !l.Read && !l.Test && !l.Declared && len(l.From.Locks)+len(l.To.Locks) == 2 &&
				!strings.Contains(l.From.ID+l.To.ID, "@") {
				edges = append(edges, l)
			}
		}
		if len(edges) == 0 {
			continue
		}
		fmt.Fprintf(&out, "// In the comment above the package clause of %s:\n//\n", group[0].Pkg)
		for _, chain := range chains(edges) {
			out.WriteString("//lockvet:before")
			for _, n := range chain {
				if n.Pkg == group[0].Pkg {
					out.WriteString(" " + n.Label)
				} else {
					out.WriteString(" " + n.ID)
				}
			}
			out.WriteByte('\n')
		}
		out.WriteByte('\n')
	}
	if out.Len() == 0 {
		out.WriteString("// There is no order to declare.\n")
	}
	return out.Bytes()
}

// chains covers edges with paths, longest first from each start.
func chains(edges []*Link) (out [][]*Node) {
	edges = slices.Clone(edges)
	slices.SortStableFunc(edges, func(a, b *Link) int { return a.From.Level - b.From.Level })
	for len(edges) > 0 {
		chain := []*Node{edges[0].From}
		for {
			last := chain[len(chain)-1]
			i := slices.IndexFunc(edges, func(l *Link) bool { return l.From == last })
			if i < 0 {
				break
			}
			chain = append(chain, edges[i].To)
			edges = slices.Delete(edges, i, i+1)
		}
		out = append(out, chain)
	}
	return out
}
