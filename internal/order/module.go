package order

import (
	"encoding/json"
	"slices"
	"strings"
)

// PairsCategory is the category of the diagnostic by which the vet tool hands a
// package's pairs to whoever joins those of a module. Its message is a [Bundle].
const PairsCategory = "pairs"

// A Bundle is what a package contributes to the cycles of a module.
type Bundle struct {
	Pkg    string
	Module string `json:",omitempty"` // the path of its module, if known
	Pairs  []*Pair
	// Sees lists the packages whose pairs the package knew when it looked for cycles
	// by itself.
	Sees []string
}

// InModule reports whether a lock class is declared in a module. Nothing is of a module that has no path, or of the standard library,
// whose packages are not named after it.
func InModule(module, class string) bool {
	rest, ok := strings.CutPrefix(class, module)
	return ok && module != "" && (strings.HasPrefix(rest, "/") || strings.HasPrefix(strings.TrimPrefix(rest, "_test"), "."))
}

// Encode writes the bundle as text.
func (b *Bundle) Encode() string {
	text, _ := json.Marshal(b) // there is nothing in it that JSON cannot say
	return string(text)
}

// DecodeBundle reads what Encode has written.
func DecodeBundle(text string) (*Bundle, error) {
	b := new(Bundle)
	err := json.Unmarshal([]byte(text), b)
	return b, err
}

// Join returns the cycles that take pairs of packages none of which sees the others':
// the ones that no package could report by itself. skips reports whether nobody wants
// cycles of a kind.
func Join(bundles []*Bundle, skips func(kind string) bool) (cycles []Cycle) {
	var pairs []*Pair
	from := make(map[*Pair]string) // the package that found it: a function that others keep runs in a package of theirs
	sees := make(map[string]map[string]bool)
	for _, b := range bundles {
		if sees[b.Pkg] != nil {
			continue // the same package again, with its tests
		}
		sees[b.Pkg] = map[string]bool{b.Pkg: true}
		for _, p := range b.Sees {
			sees[b.Pkg][p] = true
		}
		pairs = append(pairs, b.Pairs...)
		for _, p := range b.Pairs {
			from[p] = b.Pkg
		}
	}
	visible := func(c *Cycle) bool {
		return slices.ContainsFunc(c.Links, func(l Link) bool {
			return !slices.ContainsFunc(c.Links, func(other Link) bool { return !sees[from[l.Pair]][from[other.Pair]] })
		})
	}
	// Who writes what is known in each package only: no cycle of readers.
	known := Known{Writes: func(string) bool { return false }, Apart: func(x, y string) bool { return false }, Skips: skips}
	if !slices.ContainsFunc(bundles, func(b *Bundle) bool { return b.Module == "" }) {
		known.Elsewhere = func(class string) bool {
			return !slices.ContainsFunc(bundles, func(b *Bundle) bool { return InModule(b.Module, class) })
		}
	}
	for _, c := range Cycles(pairs, known) {
		if !visible(&c) && !skips(c.Kind()) {
			cycles = append(cycles, c)
		}
	}
	return cycles
}
