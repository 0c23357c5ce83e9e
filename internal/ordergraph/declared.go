package ordergraph

import (
	"maps"
	"slices"
)

// Declared has the orders that comments declare: for each class, those that come after it.
type Declared map[string][]string

// Add declares that a is taken before b.
func (d Declared) Add(a, b string) {
	if !slices.Contains(d[a], b) {
		d[a] = append(d[a], b)
	}
}

// Before reports whether a is declared to be taken before b, by one comment or by several.
func (d Declared) Before(a, b string) bool { return d.Chain(a, b) != nil }

// Chain returns the classes from a to b, each of which is declared to be taken before the
// next one; nil if there are none. From a class to itself it leads through others.
func (d Declared) Chain(a, b string) []string {
	from := map[string]string{}
	work := []string{a}
	for len(work) > 0 {
		class := work[0]
		work = work[1:]
		for _, next := range d[class] {
			if next == b {
				chain := []string{b}
				for c := class; c != a; c = from[c] {
					chain = append(chain, c)
				}
				chain = append(chain, a)
				slices.Reverse(chain)
				return chain
			}
			if _, ok := from[next]; !ok && next != a {
				from[next] = class
				work = append(work, next)
			}
		}
	}
	return nil
}

// Circles returns the classes that are declared to be taken before themselves, sorted.
func (d Declared) Circles() (classes []string) {
	for _, class := range slices.Sorted(maps.Keys(d)) {
		if d.Before(class, class) {
			classes = append(classes, class)
		}
	}
	return classes
}
