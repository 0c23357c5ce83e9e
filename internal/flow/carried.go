package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// carriers returns the instructions that put a loop's value v, or a pointer found with its help (the element at index v), somewhere that
// outlives the turn: a lock held on it may well be released later. They do not know all if ok is false.
func (fi *funcInfo) carriers(v ssa.Value, m *Settled) (by []ssa.Instruction, ok bool) {
	ok = fi.outlives(v, m, 0, func(i ssa.Instruction) { by = append(by, i) })
	return by, ok
}

// outlives hands the carriers of v over, and returns false if there may be others.
func (fi *funcInfo) outlives(v ssa.Value, m *Settled, depth int, carrier func(ssa.Instruction)) bool {
	_, isIndex := v.Type().Underlying().(*types.Basic)
	refs := v.Referrers()
	if refs == nil || depth > 6 {
		return false
	}
	if !isIndex {
		for _, i := range fi.carry[v] {
			carrier(i)
		}
	}
	for _, r := range *refs {
		follow := false
		switch r := r.(type) {
		case *ssa.ChangeInterface, *ssa.MakeClosure, *ssa.Return, *ssa.Go, *ssa.Defer:
			if !isIndex {
				carrier(r)
			}
		case *ssa.Call:
			for i, a := range r.Call.Args {
				if a == v && !isIndex && (i > 0 || r.Call.Signature().Recv() == nil) && m.keeps(&r.Call, i) {
					carrier(r)
				}
			}
		case *ssa.ChangeType, *ssa.IndexAddr, *ssa.Lookup, *ssa.Extract:
			follow = true
		case *ssa.Phi:
			follow = !isIndex && !tracked(r.Type())
		case *ssa.BinOp:
			follow = isIndex
		case *ssa.UnOp:
			_, isElem := v.(*ssa.IndexAddr)
			follow = isElem && r.Op == token.MUL
		}
		if follow && !fi.outlives(r.(ssa.Value), m, depth+1, carrier) {
			return false
		}
	}
	return true
}

// A carriedLeak is a lock that is held when the turn of a loop ends, whose object other ways carry on to somewhere.
type carriedLeak struct {
	Leak
	turn     ssa.Value // gets its next value then
	carriers []ssa.Instruction
}

// carriedLeaks adds the leaks of those turns that carry the object on only when the lock has been released: what gets it does not get the lock.
func (w *walker) carriedLeaks() {
	for _, l := range w.carried {
		turn, ok := l.turn.(ssa.Instruction)
		releases := w.res.Releases[l.Site]
		if !ok || len(releases) == 0 || l.Site.Parent() != w.fn {
			continue
		}
		ends := append(slices.Clip(releases), turn)
		if !slices.ContainsFunc(l.carriers, func(c ssa.Instruction) bool {
			return w.info.run.LeadsPast(l.Site, c, ends...) || w.info.run.LeadsPast(c, l.Site, turn)
		}) {
			w.res.Leaks = append(w.res.Leaks, l.Leak)
		}
	}
}
