package guardlist

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"slices"
)

// Edits returns the edits of all packages, by file.
func Edits(packages []*Package) map[string][]*Edit {
	edits := make(map[string][]*Edit)
	for _, p := range packages {
		for _, v := range p.Vars {
			if v.Edit != nil && !slices.ContainsFunc(edits[v.File], func(e *Edit) bool { return *e == *v.Edit }) {
				edits[v.File] = append(edits[v.File], v.Edit)
			}
		}
	}
	return edits
}

// Apply returns the source with the edits made. It is formatted if it was before.
func Apply(src []byte, edits []*Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b *Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	formatted := false
	if f, err := format.Source(src); err == nil {
		formatted = bytes.Equal(f, src)
	}
	var out []byte
	last := 0
	for _, e := range edits {
		if e.Offset < last || e.Offset > len(src) {
			return nil, fmt.Errorf("there is nothing at offset %d: the file has changed since it was analysed", e.Offset)
		}
		out = append(append(out, src[last:e.Offset]...), e.Text...)
		last = e.Offset
	}
	out = append(out, src[last:]...)
	if !formatted {
		return out, nil
	}
	return format.Source(out)
}
