package ordergraph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// between separates the two locks of an order in a kept list.
const between = " -> "

// Keep writes the orders of the graph as a list, to be kept and compared with.
func (g *Graph) Keep() []byte {
	var out strings.Builder
	out.WriteString("# Which lock is taken while which other one is held: lockvet order -check=FILE compares,\n# and with -write accepts what there is.\n")
	lines := make(map[string]bool)
	for _, l := range g.Edges {
		lines[anywhere(l.From.ID)+between+anywhere(l.To.ID)] = true
	}
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		out.WriteString(line + "\n")
	}
	return []byte(out.String())
}

// CompareKept marks the edges that are not in a list as new, and returns the orders of the
// list that the graph does not have. The error says which line of the list is none.
func (g *Graph) CompareKept(list string) (gone []string, err error) {
	kept := make(map[string]bool)
	n := 0
	for line := range strings.Lines(list) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, to, ok := strings.Cut(line, between)
		if !ok || from == "" || to == "" {
			return nil, fmt.Errorf("line %d is not of the form lock%slock", n, between)
		}
		kept[line] = true
	}
	for _, l := range g.Edges {
		key := anywhere(l.From.ID) + between + anywhere(l.To.ID)
		_, known := kept[key]
		l.New = !known
		if known {
			kept[key] = false
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if kept[key] {
			gone = append(gone, key)
		}
	}
	return gone, nil
}
