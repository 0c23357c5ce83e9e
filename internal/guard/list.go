package guard

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// A Guarded says of one field or variable which lock its accesses have, as far as other
// goroutines can know the object.
type Guarded struct {
	Var   *types.Var
	Owner string // the type that has the field, as path.OwnerOf names it; "" for a variable
	// Lock is the name of the lock that most accesses have, or that is declared: "mu". It is
	// "" if there is none.
	Lock     string
	Declared bool
	None     bool // it is declared to have no guard
	Unknown  bool // package atomic has it, too, or a function that uses it is too large for the walk
	// Guarded of Total accesses have the lock; GuardedWrites of Writes, locked for writing.
	Guarded, Total, GuardedWrites, Writes int
	Funcs                                 int // that have the lock at an access
}

// Agreed reports whether a declaration would say what the package does: all accesses have the
// lock, there are three at least, and a write is one of them.
func (g *Guarded) Agreed() bool {
	return !g.Declared && !g.None && !g.Unknown && g.Total >= 3 && g.Guarded == g.Total && g.Writes > 0 && g.GuardedWrites == g.Writes
}

// List returns what is known of the fields and variables of a package, in source order. Those
// that nobody uses after their object has been made are left out, unless they are declared.
func List(in Input) (out []*Guarded) {
	p := read(in)
	for v, accesses := range p.byCell {
		if v.Pkg() != in.SSA.Pkg {
			continue
		}
		g := &Guarded{Var: v, Owner: p.owner[v], Unknown: p.excluded[v]}
		key := ""
		if d := p.declaration(v); d != nil {
			g.None, g.Declared = d.Key == "", d.Key != ""
			g.Lock, key = d.Lock, d.Key
		} else if best, _, _ := p.most(v, accesses); best != "" {
			g.Lock, key = best[lastDot(best)+1:], best
		}
		g.count(accesses, key)
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *Guarded) int { return cmp.Compare(a.Var.Pos(), b.Var.Pos()) })
	return out
}

// count fills in the shares of a lock.
func (g *Guarded) count(accesses []*Access, want string) {
	type place struct {
		a     int
		write bool
	}
	seen := make(map[place]bool)
	fns := make(map[*ssa.Function]bool)
	for _, a := range accesses {
		at := place{int(a.Pos), a.Write}
		if seen[at] {
			continue
		}
		seen[at] = true
		mode, held := a.held[want]
		if held {
			fns[a.Fn] = true
		}
		if a.Write {
			g.Writes++
			if held && mode == model.Write {
				g.GuardedWrites++
			}
		}
	}
	g.Guarded, g.Total = share(accesses, want)
	g.Funcs = len(fns)
}
