package ordergraph

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Graph is the order of the locks of a program.
type Graph struct {
	Nodes []*Node
	Edges []*Link
	// Hidden says what is not in it.
	Hidden Hidden
}

// Hidden counts what a graph leaves out.
type Hidden struct {
	Foreign int // edges to or from locks of other modules
	Implied int // edges that others together imply
	Far     int // edges beyond the depth asked for
	Folded  int // edges within a package that is one node
	Weak    int // edges that are only read, or may have been released, of a graph that has too many
}

// A Node is a lock class or, where they are folded, several ones.
type Node struct {
	ID    string // the class; for folded ones, their package or the first of them
	Pkg   string
	Label string // the class without its package
	Locks []string
	Leaf  bool // declared to be one
	Level int  // 0 for what is taken first
	Cycle bool // in a circle
	// Folded says what the node stands for if it is no single lock.
	Folded string
}

// A Link is an edge of the graph.
type Link struct {
	From, To *Node
	Count    int
	Edges    []*Edge // those it stands for
	Cycle    bool    // in a circle of edges that are sure
	Read     bool    // both locks are only read-locked, or it is not sure that the first is held
	Test     bool    // only tests do it
	Declared bool    // comments declare this order
	Against  bool    // comments declare the opposite
	New      bool    // the revision that is compared with does not have it
	Implied  bool
}

// New makes the graph of what packages contribute. Only locks are in it for which mine
// reports that their package is one of those asked about.
func New(bundles []*Bundle, mine func(pkg string) bool) *Graph {
	var c Collect
	count := make(map[[2]string]int)
	declared := make(Declared)
	leaves := make(map[string]bool)
	packages := make(map[string]string)
	for _, b := range bundles {
		for _, e := range b.Edges {
			for _, w := range e.Ways {
				c.Add(e.From, e.To, w)
			}
			key := [2]string{e.From, e.To}
			count[key] = max(count[key], e.Count)
		}
		maps.Copy(packages, b.Packages)
		for _, o := range b.Before {
			declared.Add(o[0], o[1])
		}
		for _, l := range b.Leaves {
			leaves[l] = true
		}
	}
	g := new(Graph)
	nodes := make(map[string]*Node)
	node := func(class string) *Node {
		n := nodes[class]
		if n == nil {
			pkg := packages[class]
			n = &Node{ID: class, Pkg: pkg, Label: label(class, pkg), Locks: []string{class}, Leaf: leaves[class]}
			nodes[class] = n
			g.Nodes = append(g.Nodes, n)
		}
		return n
	}
	for _, e := range c.Edges() {
		if !mine(packages[e.From]) || !mine(packages[e.To]) {
			g.Hidden.Foreign++
			continue
		}
		e.Count = max(e.Count, count[[2]string{e.From, e.To}])
		l := &Link{From: node(e.From), To: node(e.To), Count: e.Count, Edges: []*Edge{e}, Read: true, Test: true}
		for _, w := range e.Ways {
			l.Read = l.Read && (w.Read || w.Maybe)
			l.Test = l.Test && w.Test
		}
		l.Declared = declared.Before(e.From, e.To)
		l.Against = declared.Before(e.To, e.From) || leaves[e.From]
		g.Edges = append(g.Edges, l)
	}
	g.sort()
	g.circles()
	g.levels()
	return g
}

// label writes a class without its package, and a local variable without its line.
func label(class, pkg string) string {
	decl, rest, _ := strings.Cut(strings.TrimPrefix(class, pkg+"."), "@")
	decl = strings.Replace(strings.Replace(decl, "(*"+pkg+".", "(*", 1), "("+pkg+".", "(", 1)
	return decl + strings.TrimLeft(rest, "0123456789")
}

func (g *Graph) sort() {
	slices.SortFunc(g.Nodes, func(a, b *Node) int { return cmp.Or(strings.Compare(a.Pkg, b.Pkg), strings.Compare(a.ID, b.ID)) })
	slices.SortFunc(g.Edges, func(a, b *Link) int {
		return cmp.Or(strings.Compare(a.From.ID, b.From.ID), strings.Compare(a.To.ID, b.To.ID))
	})
}

// strength tells which edges may stand for others: those that prove more.
func (l *Link) strength() int {
	switch {
	case l.Test:
		return 2
	case l.Read:
		return 1
	}
	return 0
}

// out returns the edges that leave each node.
func (g *Graph) out() map[*Node][]*Link {
	out := make(map[*Node][]*Link)
	for _, l := range g.Edges {
		out[l.From] = append(out[l.From], l)
	}
	return out
}

// circles marks the edges that lie in a circle: that begin and end in one strongly
// connected component (Tarjan). What may have been released, or is only read, closes none.
func (g *Graph) circles() {
	for _, l := range g.Edges {
		l.Cycle = false
	}
	comp := g.components(func(l *Link) bool { return !l.Read })
	for _, l := range g.Edges {
		if !l.Read && comp[l.From] == comp[l.To] {
			l.Cycle, l.From.Cycle, l.To.Cycle = true, true, true
		}
	}
}

// components numbers the strongly connected components that some edges make. A
// component's number is greater than those of the ones that it leads to.
func (g *Graph) components(use func(*Link) bool) map[*Node]int {
	out := g.out()
	index, low, comp := make(map[*Node]int), make(map[*Node]int), make(map[*Node]int)
	var stack []*Node
	next, number := 0, 0
	var visit func(n *Node)
	visit = func(n *Node) {
		next++
		index[n], low[n] = next, next
		stack = append(stack, n)
		for _, l := range out[n] {
			if !use(l) {
				continue
			}
			if index[l.To] == 0 {
				visit(l.To)
				low[n] = min(low[n], low[l.To])
			} else if comp[l.To] == 0 {
				low[n] = min(low[n], index[l.To])
			}
		}
		if low[n] == index[n] {
			number++
			for {
				m := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				comp[m] = number
				if m == n {
					break
				}
			}
		}
	}
	for _, n := range g.Nodes {
		if index[n] == 0 {
			visit(n)
		}
	}
	return comp
}

// levels gives each node the length of the longest way to it, circles counted as one node.
func (g *Graph) levels() {
	comp := g.components(func(*Link) bool { return true })
	level := make(map[int]int)
	in := make(map[int][]int)
	for _, l := range g.Edges {
		if a, b := comp[l.From], comp[l.To]; a != b {
			in[b] = append(in[b], a)
		}
	}
	numbers := slices.Sorted(maps.Values(comp))
	for _, c := range slices.Backward(numbers) { // what leads to others has the greater number
		for _, from := range in[c] {
			level[c] = max(level[c], level[from]+1)
		}
	}
	for _, n := range g.Nodes {
		n.Level = level[comp[n]]
	}
}

// Reduce leaves out edges that others together imply: from A to C where there are those
// from A to B and from B to C that prove as much. Edges in circles and new ones stay.
func (g *Graph) Reduce() {
	comp := g.components(func(*Link) bool { return true })
	out := g.out()
	implied := func(l *Link) bool {
		seen := make(map[*Node]bool) // without what is implied already: two edges into one circle imply each other
		var reach func(n *Node) bool
		reach = func(n *Node) bool {
			for _, m := range out[n] {
				if m == l || m.Implied || m.strength() > l.strength() || comp[m.To] < comp[l.To] {
					continue
				}
				if m.To == l.To {
					return true
				}
				if !seen[m.To] {
					seen[m.To] = true
					if reach(m.To) {
						return true
					}
				}
			}
			return false
		}
		return reach(l.From)
	}
	for _, l := range g.Edges {
		l.Implied = !l.Cycle && !l.New && !l.Against && comp[l.From] != comp[l.To] && implied(l)
	}
	g.Hidden.Implied += g.drop(func(l *Link) bool { return l.Implied })
}

// drop leaves out edges, and nodes that then have none. It returns how many edges.
func (g *Graph) drop(gone func(*Link) bool) int {
	before := len(g.Edges)
	g.Edges = slices.DeleteFunc(g.Edges, gone)
	used := make(map[*Node]bool)
	for _, l := range g.Edges {
		used[l.From], used[l.To] = true, true
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *Node) bool { return !used[n] })
	return before - len(g.Edges)
}

// Names returns the nodes that a person may mean by a name: the class, or the end of it.
func (g *Graph) Names(name string) (nodes []*Node) {
	for _, n := range g.Nodes {
		for _, class := range n.Locks {
			if class == name || strings.HasSuffix(class, "/"+name) || strings.HasSuffix(class, "."+name) {
				nodes = append(nodes, n)
				break
			}
		}
	}
	return nodes
}

// Focus leaves out what is farther than depth edges from the nodes, in either direction.
func (g *Graph) Focus(nodes []*Node, depth int) {
	dist := make(map[*Node]int)
	for _, n := range nodes {
		dist[n] = 0
	}
	step := func(from []*Node, down bool) (next []*Node) {
		for _, l := range g.Edges {
			a, b := l.From, l.To
			if !down {
				a, b = b, a
			}
			if slices.Contains(from, a) && !slices.Contains(next, b) {
				next = append(next, b)
			}
		}
		return next
	}
	near := make(map[*Link]bool)
	for _, down := range []bool{true, false} {
		at := nodes
		for range depth {
			for _, l := range g.Edges {
				if down && slices.Contains(at, l.From) || !down && slices.Contains(at, l.To) {
					near[l] = true
				}
			}
			at = step(at, down)
		}
	}
	g.Hidden.Far += g.drop(func(l *Link) bool { return !near[l] })
}

// Compare marks the edges that another graph does not have, and returns those that only
// the other one has.
func (g *Graph) Compare(base *Graph) (gone []*Link) {
	key := func(l *Link) [2]string { return [2]string{anywhere(l.From.ID), anywhere(l.To.ID)} }
	had, has := make(map[[2]string]bool), make(map[[2]string]bool)
	for _, l := range base.Edges {
		had[key(l)] = true
	}
	for _, l := range g.Edges {
		has[key(l)] = true
		l.New = !had[key(l)]
	}
	for _, l := range base.Edges {
		if !has[key(l)] {
			gone = append(gone, l)
		}
	}
	return gone
}

// anywhere is a class without the line that tells local variables apart.
func anywhere(class string) string {
	decl, _, _ := strings.Cut(class, "@")
	return decl
}

// KeepNew leaves out edges that are not new.
func (g *Graph) KeepNew() { g.drop(func(l *Link) bool { return !l.New }) }
