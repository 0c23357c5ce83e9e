package contract

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Guard is what the declaration of a field or variable says about the lock that is to
// be held where it is used:
//
//	//lockvet:guardedby mu
//	//lockvet:guardedby mu read
//	//lockvet:guardedby none written by one goroutine only
//
// gVisor's +checklocks:mu and +checkatomic are read as well.
type Guard struct {
	Name string // of the lock, as it is written
	// None: there is no guard, and nobody is to look for one.
	None bool
	// WritesOnly: reads need no lock.
	WritesOnly bool
	// Node names the lock; parameter 0 is the struct that has the field.
	Node func(t *path.Table) *path.Node
}

const (
	guardPrefix  = prefix + "guardedby"
	guardUsage   = "it is written //lockvet:guardedby LOCK, with read at the end if reads need no lock, or //lockvet:guardedby none REASON"
	gvisorGuard  = checklocks + ":"
	gvisorAtomic = "// +checkatomic"
)

// IsGuard reports whether a comment is, or is meant to be, a guard in lockvet's own form.
func IsGuard(comment string) bool {
	rest, ok := strings.CutPrefix(comment, guardPrefix)
	if !ok {
		rest, ok = strings.CutPrefix(comment, "// "+guardPrefix[2:])
	}
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// Guard returns what the declaration of a field or variable says, nil if nothing.
func (s *Set) Guard(v *types.Var) *Guard {
	if s == nil {
		return nil
	}
	return s.guards[v]
}

// Guards calls f for every guard of the package.
func (s *Set) Guards(f func(v *types.Var, g *Guard)) {
	if s != nil {
		for v, g := range s.guards {
			f(v, g)
		}
	}
}

// guard reads the guard of a variable or a field of st.
func (r *reader) guard(v *types.Var, st types.Type, groups ...*ast.CommentGroup) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			g := new(Guard)
			text, gvisor := strings.CutPrefix(c.Text, gvisorGuard)
			switch {
			case strings.HasPrefix(c.Text, gvisorAtomic):
				r.guards[v] = &Guard{None: true, Name: "none"}
				continue
			case gvisor:
				g.Name = strings.TrimSpace(text)
			case IsGuard(c.Text):
				r.read[c] = true
				rest, ok := strings.CutPrefix(c.Text, guardPrefix)
				if !ok {
					r.problem(c, "no space may stand between // and lockvet")
					continue
				}
				rest, _, _ = strings.Cut(rest, " //")
				words := strings.Fields(rest)
				if len(words) > 1 && words[0] == "none" {
					r.guards[v] = &Guard{None: true, Name: "none"}
					continue
				}
				g.WritesOnly = len(words) == 2 && words[1] == "read"
				if len(words) != 1 && !g.WritesOnly || words[0] == "none" {
					r.problem(c, guardUsage)
					continue
				}
				g.Name = words[0]
			default:
				continue
			}
			sc := scope{sig: types.NewSignatureType(nil, nil, nil, nil, nil, false), self: st}
			l, problem := r.resolve(sc, g.Name, form{verb: flow.Holding, mode: model.Write})
			if problem != "" {
				r.problem(c, "%s", problem)
				continue
			}
			g.Node = l.node
			if old := r.guards[v]; old != nil && old.Name != g.Name {
				r.problem(c, "another line says that it is guarded by %s", old.Name)
				continue
			}
			r.guards[v] = g
		}
	}
}
