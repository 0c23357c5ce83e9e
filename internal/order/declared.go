package order

import (
	"fmt"
	"strings"
)

// Declarations is the fact that hands to importers which order of locks the comments of a
// package declare.
type Declarations struct {
	Before []Before
	Leaves []Leaf
}

// A Before says that First is taken before Second: lock classes. At is the comment, as
// file:line.
type Before struct{ First, Second, At string }

// A Leaf says that nothing is waited for under a lock.
type Leaf struct{ Class, At string }

// AFact implements [analysis.Fact].
func (*Declarations) AFact() {}

// String is the fact as tests see it.
func (d *Declarations) String() string {
	var parts []string
	for _, b := range d.Before {
		parts = append(parts, fmt.Sprintf("%s before %s", b.First, b.Second))
	}
	for _, l := range d.Leaves {
		parts = append(parts, l.Class+" is a leaf")
	}
	return strings.Join(parts, "; ")
}
