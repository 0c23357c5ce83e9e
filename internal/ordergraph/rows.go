package ordergraph

import "slices"

// rowWidth is how many locks stand side by side in a row of parts, as far as the parts allow.
const rowWidth = 10

// A part is the locks that edges or packages join. Its width is the number of locks of its
// largest level.
type part struct {
	top, bottom *Node // of its first and its last level
	width       int
	x           int // where it begins in its row
}

// rows says how the parts of a picture stand in rows: the second lock of each pair is to be
// below the first. A layout by levels alone would put all parts side by side.
func (g *Graph) rows() (below [][2]*Node) {
	var above, row []*part
	width := 0
	flush := func() {
		for _, p := range row {
			i := len(above) - 1
			for i > 0 && above[i].x > p.x {
				i--
			}
			if i >= 0 {
				below = append(below, [2]*Node{above[i].bottom, p.top})
			}
		}
		above, row, width = row, nil, 0
	}
	for _, p := range g.parts() {
		if width > 0 && width+p.width > rowWidth {
			flush()
		}
		p.x = width
		width += p.width
		row = append(row, p)
	}
	flush()
	return below
}

// parts returns the parts of the graph, those with most levels first, which stand side by
// side best.
func (g *Graph) parts() (parts []*part) {
	// Each node leads to an earlier one of its part, the first one to itself.
	up := make(map[*Node]*Node)
	var first func(n *Node) *Node
	first = func(n *Node) *Node {
		if up[n] != n {
			up[n] = first(up[n])
		}
		return up[n]
	}
	index, packages := make(map[*Node]int), make(map[string]*Node)
	join := func(a, b *Node) {
		if a, b = first(a), first(b); index[b] < index[a] {
			a, b = b, a
		}
		up[b] = a
	}
	for i, n := range g.Nodes {
		up[n], index[n] = n, i
		if packages[n.Pkg] == nil {
			packages[n.Pkg] = n
		}
		join(packages[n.Pkg], n)
	}
	for _, l := range g.Edges {
		join(l.From, l.To)
	}
	members := make(map[*Node][]*Node)
	for _, n := range g.Nodes {
		members[first(n)] = append(members[first(n)], n)
	}
	for _, n := range g.Nodes {
		if up[n] != n {
			continue
		}
		p := &part{top: n, bottom: n}
		levels := make(map[int]int)
		for _, m := range members[n] {
			levels[m.Level]++
			p.width = max(p.width, levels[m.Level])
			if m.Level < p.top.Level {
				p.top = m
			}
			if m.Level > p.bottom.Level {
				p.bottom = m
			}
		}
		parts = append(parts, p)
	}
	slices.SortStableFunc(parts, func(a, b *part) int {
		return (b.bottom.Level - b.top.Level) - (a.bottom.Level - a.top.Level)
	})
	return parts
}
