package conc

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lockvet/lockvet/internal/oracle"
)

// fields is how many fields a program has, the last of which is a map.
const fields = 3

func isMap(field int) bool { return field == fields-1 }

func fieldName(i int) string { return fmt.Sprintf("f%d", i) }

func fieldType(i int) string {
	if isMap(i) {
		return "map[string]int"
	}
	return "int"
}

// access writes a use of a field in Go.
func access(s *stmt) string {
	name := "t." + fieldName(s.field)
	if isMap(s.field) {
		name += "[\"k\"]"
	}
	if s.write {
		return name + " = 1"
	}
	return "println(" + name + ")"
}

// NewRacy writes the program with a number that has fields, too. Most accesses to a field are in sections of
// one lock.
func NewRacy(seed uint64, n int) *Program {
	p := New(seed, n)
	g := &gen{r: rand.New(rand.NewPCG(seed, uint64(n)+3<<32)), p: p}
	p.fields = fields
	for f := range fields {
		guard := g.r.IntN(locks)
		for range 2 + g.r.IntN(4) {
			u := &stmt{op: use, field: f, write: g.r.IntN(2) == 0}
			in := g.r.IntN(len(p.routines))
			if g.r.IntN(4) == 0 {
				g.put(in, u)
				continue
			}
			if s := g.sectionOf(p.routines[in], guard); s != nil && g.r.IntN(2) == 0 {
				i := g.r.IntN(len(s.body) + 1)
				s.body = slices.Insert(slices.Clone(s.body), i, u)
				continue
			}
			read := guard >= plain && !u.write && g.r.IntN(2) == 0
			g.put(in, &stmt{op: section, lock: guard, read: read, body: []*stmt{u}})
		}
	}
	p.number()
	return p
}

// sectionOf returns a section of a lock among statements, nil if there is none.
func (g *gen) sectionOf(body []*stmt, lock int) *stmt {
	var all []*stmt
	var collect func(body []*stmt)
	collect = func(body []*stmt) {
		for _, s := range body {
			if s.op == section && s.lock == lock {
				all = append(all, s)
			}
			collect(s.body)
		}
	}
	collect(body)
	if len(all) == 0 {
		return nil
	}
	return all[g.r.IntN(len(all))]
}

// A Race is two accesses to one field by two goroutines that neither a lock nor a message nor
// anything else brings in an order: there is a state in which both can be the next step. One of
// them is a write. The lines are those of the accesses, the lower one first.
//
// That is what happens-before says of all executions together: of two accesses that come one
// right after the other in two goroutines, neither happens before the other; and two accesses that are
// unordered in some execution can be brought next to each other in another one, unless an
// earlier pair can.
type Race struct{ A, B int }

// meet notes the accesses that can be next in a state.
func (e *explorer) meet(s state) {
	for i := range e.steps {
		x, ok := e.now(s, i)
		if !ok || x.kind != uses {
			continue
		}
		for j := range i {
			y, ok := e.now(s, j)
			if !ok || y.kind != uses || y.obj != x.obj || x.read && y.read {
				continue
			}
			a, b := x.lines[len(x.lines)-1], y.lines[len(y.lines)-1]
			e.races[Race{min(a, b), max(a, b)}] = true
		}
	}
}

// guardCheck is the check whose findings are compared with the races.
const guardCheck = "guardedby"

// A RaceVerdict is what the comparison of one program shows.
type RaceVerdict struct {
	Findings  []oracle.Finding
	Wrong     []oracle.Finding // the access is in no race
	Pairs     []oracle.Finding // the access is in a race, but not with the access that the finding names
	Elsewhere []oracle.Finding // in no race, but in one if messages kept nobody apart
	Races     int              // in the program
	Missed    int              // those of which no finding has a line
}

// errTooLarge says that a program has more states than are looked at.
var errTooLarge = errors.New("too many states")

// JudgeRaces analyses a program, runs it in all ways, and compares what guardedby says with the
// races that there are.
func JudgeRaces(p *Program) (v RaceVerdict, err error) {
	_, passed, races, err := p.explore(World{}, true)
	if err != nil {
		return v, errTooLarge
	}
	pkg, err := oracle.Load(p.Source())
	if err != nil {
		return v, fmt.Errorf("%w\n%s", err, p.Source())
	}
	all, err := pkg.Analyse()
	if err != nil {
		return v, err
	}
	v.Races = len(races)
	told := make(map[int]bool)
	var free map[Race]bool
	for _, f := range all {
		if f.Check != guardCheck {
			continue
		}
		v.Findings = append(v.Findings, f)
		told[f.Line] = true
		if slices.ContainsFunc(append(f.Related, f.Line), func(l int) bool { return !passed[l] }) {
			continue // the program hangs before, as another check says
		}
		in, pair := among(races, f)
		switch {
		case in && !pair:
			v.Pairs = append(v.Pairs, f)
		case !in:
			if free == nil {
				if _, _, free, err = p.explore(World{Free: 1<<(chans+1) - 1}, true); err != nil {
					return v, errTooLarge
				}
			}
			if in, _ := among(free, f); in {
				v.Elsewhere = append(v.Elsewhere, f)
			} else {
				v.Wrong = append(v.Wrong, f)
			}
		}
	}
	for r := range races {
		if !told[r.A] && !told[r.B] {
			v.Missed++
		}
	}
	return v, nil
}

// among reports whether the access of a finding is in a race, and in one with another access that
// the finding names.
func among(races map[Race]bool, f oracle.Finding) (in, pair bool) {
	for r := range races {
		if r.A != f.Line && r.B != f.Line {
			continue
		}
		in = true
		other := r.A
		if r.A == f.Line {
			other = r.B
		}
		pair = pair || slices.Contains(f.Related, other)
	}
	return in, pair
}

// MinimiseRacy makes a program smaller as long as it has a wrong finding of the category, and says
// what that is then. free asks for one that is right if messages keep nobody apart.
func MinimiseRacy(p *Program, category string, free bool) (small *Program, what string) {
	shows := func(p *Program) (string, bool) {
		v, err := JudgeRaces(p)
		if err != nil {
			return "", false
		}
		list := v.Wrong
		if free {
			list = v.Elsewhere
		}
		for _, f := range list {
			if f.Category == category {
				return f.String(), true
			}
		}
		return "", false
	}
	return p.minimise(shows)
}
