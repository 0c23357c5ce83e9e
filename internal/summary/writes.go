package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
)

type bitset []uint64

func (b bitset) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b *bitset) add(i int) {
	for len(*b) <= i>>6 {
		*b = append(*b, 0)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

func (b *bitset) union(o bitset) {
	for len(*b) < len(o) {
		*b = append(*b, 0)
	}
	for i, x := range o {
		(*b)[i] |= x
	}
}

// cellIndex numbers memory cells.
type cellIndex struct{ ids map[string]int }

func (c *cellIndex) id(cell string) int {
	n, ok := c.ids[cell]
	if !ok {
		n = len(c.ids)
		c.ids[cell] = n
	}
	return n
}

// writes computes what functions may store to, callees included.
func (a *analysis) writes(order [][]*ssa.Function) {
	for _, scc := range order {
		var all bitset
		var deletes []string
		unknown := false
		for _, fn := range scc {
			fi := a.info[fn]
			all.union(fi.writes)
			unknown = unknown || fi.unknown
			deletes = appendNew(deletes, fi.deletes...)
			for _, c := range fi.callees {
				ci := a.info[c]
				all.union(ci.writes)
				unknown = unknown || ci.unknown
				deletes = appendNew(deletes, ci.deletes...)
				a.captures(fi, c)
			}
		}
		for _, fn := range scc {
			a.info[fn].writes = all
			a.info[fn].deletes = deletes
			a.info[fn].unknown = unknown
		}
	}
}

// captures notes which captured variables of fi a literal within it stores to.
func (a *analysis) captures(fi *funcInfo, lit *ssa.Function) {
	if lit.Parent() != fi.fn || len(a.info[lit].captured) == 0 {
		return
	}
	for _, b := range fi.fn.Blocks {
		for _, instr := range b.Instrs {
			mc, ok := instr.(*ssa.MakeClosure)
			if !ok || mc.Fn != lit {
				continue
			}
			for _, i := range a.info[lit].captured {
				for j, fv := range fi.fn.FreeVars {
					if i < len(mc.Bindings) && mc.Bindings[i] == fv {
						fi.captured = append(fi.captured, j)
					}
				}
			}
		}
	}
}

func (a *analysis) writesOf(fi *funcInfo) flow.Writes {
	return flow.Writes{
		Cell: func(cell string) bool {
			i, ok := a.cells.ids[cell]
			return ok && fi.writes.has(i)
		},
		Captured: fi.captured,
		Deletes:  fi.deletes,
		Unknown:  fi.unknown,
	}
}

// appendNew appends to a those of b that are not in it.
func appendNew(a []string, b ...string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}
