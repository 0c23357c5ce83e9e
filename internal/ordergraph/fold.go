package ordergraph

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Readable is how many edges a picture may have before packages are folded.
const Readable = 60

// Fold makes one node of several until there are at most limit edges, or nothing is left
// to fold: of locks under the same ones that have nothing under them, of packages, and of
// locks over the same ones that have nothing over them. Before the last, weak edges are
// left out. Circles, new edges and those against a declaration stay.
func (g *Graph) Fold(limit int) {
	if len(g.Edges) <= limit {
		return
	}
	g.foldEnds(false)
	for len(g.Edges) > limit {
		pkg, ok := g.foldable()
		if !ok {
			break
		}
		var group []*Node
		for _, n := range g.Nodes {
			if n.Pkg == pkg {
				group = append(group, n)
			}
		}
		g.merge([][]*Node{group}, func(locks int) string { return fmt.Sprintf("package, %d locks", locks) }, pkg)
	}
	// What is left belongs to one package, or has to be seen.
	if len(g.Edges) > limit {
		g.Hidden.Weak += g.drop(func(l *Link) bool { return l.Read && !l.keeps() })
	}
	if len(g.Edges) > limit {
		g.foldEnds(true)
	}
	g.sort()
	g.levels()
}

// keeps reports whether an edge has to be seen.
func (l *Link) keeps() bool { return l.Cycle || l.New || l.Against }

// foldable returns the package with the most edges that folding would hide. One that has
// more than half of all is what the picture is about.
func (g *Graph) foldable() (best string, ok bool) {
	inner, locks := make(map[string]int), make(map[string]int)
	stays := make(map[string]bool)
	for _, n := range g.Nodes {
		locks[n.Pkg]++
	}
	for _, l := range g.Edges {
		if l.From.Pkg == l.To.Pkg {
			inner[l.From.Pkg]++
		}
		if l.keeps() {
			stays[l.From.Pkg], stays[l.To.Pkg] = true, true
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(locks)) {
		if locks[pkg] > 1 && !stays[pkg] && inner[pkg]*2 <= len(g.Edges) && (!ok || cmp.Or(cmp.Compare(inner[pkg], inner[best]), cmp.Compare(locks[pkg], locks[best])) > 0) {
			best, ok = pkg, true
		}
	}
	return best, ok
}

// foldEnds joins locks of one package that are taken under exactly the same locks and have
// nothing under them; or, of the first ones, those over exactly the same locks that have
// nothing over them.
func (g *Graph) foldEnds(first bool) {
	near, far, says := func(l *Link) *Node { return l.To }, func(l *Link) *Node { return l.From }, "under"
	if first {
		near, far, says = far, near, "over"
	}
	beside, inner, stays := make(map[*Node][]string), make(map[*Node]bool), make(map[*Node]bool)
	for _, l := range g.Edges {
		inner[far(l)] = true
		beside[near(l)] = append(beside[near(l)], fmt.Sprint(far(l).ID, l.strength()))
		if l.keeps() {
			stays[near(l)] = true
		}
	}
	groups := make(map[string][]*Node)
	for _, n := range g.Nodes {
		if !inner[n] && !stays[n] && n.Folded == "" {
			slices.Sort(beside[n])
			key := n.Pkg + "\x00" + strings.Join(beside[n], "\x00")
			groups[key] = append(groups[key], n)
		}
	}
	var several [][]*Node
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		if len(groups[key]) > 1 {
			several = append(several, groups[key])
		}
	}
	g.merge(several, func(locks int) string { return fmt.Sprintf("%d locks with none %s them", locks, says) }, "")
}

// merge makes one node of each group. Its name is id or, if that is empty, that of the
// first lock.
func (g *Graph) merge(groups [][]*Node, says func(locks int) string, id string) {
	to := make(map[*Node]*Node)
	for _, group := range groups {
		m := &Node{ID: cmp.Or(id, group[0].ID), Pkg: group[0].Pkg}
		for _, n := range group {
			m.Locks = append(m.Locks, n.Locks...)
			m.Level = max(m.Level, n.Level)
			to[n] = m
		}
		m.Folded = says(len(m.Locks))
		m.Label = strings.TrimPrefix(strings.TrimPrefix(m.ID, m.Pkg), ".")
		if id != "" {
			m.Label = id[strings.LastIndexByte(id, '/')+1:]
		}
		g.Nodes = append(g.Nodes, m)
	}
	of := func(n *Node) *Node {
		if m := to[n]; m != nil {
			return m
		}
		return n
	}
	links := make(map[[2]*Node]*Link)
	var edges []*Link
	for _, l := range g.Edges {
		l.From, l.To = of(l.From), of(l.To)
		if l.From == l.To {
			g.Hidden.Folded++
			continue
		}
		old := links[[2]*Node{l.From, l.To}]
		if old == nil {
			links[[2]*Node{l.From, l.To}] = l
			edges = append(edges, l)
			continue
		}
		old.Count += l.Count
		old.Edges = append(old.Edges, l.Edges...)
		old.Read, old.Test, old.Declared = old.Read && l.Read, old.Test && l.Test, old.Declared && l.Declared
		old.Cycle, old.New, old.Against = old.Cycle || l.Cycle, old.New || l.New, old.Against || l.Against
	}
	g.Edges = edges
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *Node) bool { return to[n] != nil })
}
