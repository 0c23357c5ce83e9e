// Package order finds deadlocks between goroutines that take locks in different
// orders. It works on critical pairs (Gorogiannis et al., "A compositional static
// deadlock detector", ASE 2021), which may come from several packages: a pair says
// that a lock is waited for while others are held.
package order

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/why"
)

// A Lock is a lock in a pair: its class, how it is held or wanted, and how the root
// function comes to that.
type Lock struct {
	Class string
	// Declared is the declaration of the lock itself, where its class is named after
	// a struct around it: two classes with one declaration may be one lock.
	Declared string
	// Within says where the object with the lock was found: see [path.Node.Within].
	Within string
	// Made is the variable in which the object with the lock lies, nil if that is not known. Facts do not have it.
	Made  ssa.Value `json:"-"`
	Mode  model.Mode
	Maybe bool // it may have been released: it excludes others, but proves no wait
	// Entry: the function has not acquired it, but is called with it, and releases it after the wait. It proves one although it is Maybe.
	Entry bool `json:",omitempty"`
	// Crossed: it belongs to another object than the lock that is wanted: see [flow.HeldLock].
	Crossed bool
	// Joint: it belongs to the same object as the lock that is wanted: see [flow.HeldLock].
	Joint bool `json:",omitempty"`
	// Kin tells two locks of one class apart where one is found by a field of the other one's object: it is the field for
	// the lock that the field leads to, a parent's, say, and the field with a ^ before it for the other one. Or two are found in two
	// places of their own: see [flow.Siblings].
	Kin string `json:",omitempty"`
	// Own: it belongs to the object for which the root runs once.
	Own   bool `json:",omitempty"`
	Steps []*flow.Step
	// Then are locks that the goroutine has acquired while it held this one: see
	// [flow.HeldLock]. Facts do not have them.
	Then []Lock `json:",omitempty"`
}

// A Pair says that a goroutine, somewhere in the function Root, waits for Want while
// it holds Held.
type Pair struct {
	Pkg  string // path of the package that Root is in
	Root string
	// Fn is the function, nil in pairs from facts.
	Fn *ssa.Function `json:"-"`
	// Kept: the way to the wait leads through one of several functions that a field or a container may hold.
	Kept bool `json:",omitempty"`
	// Alone: the function runs in one goroutine, never twice at a time.
	Alone bool
	// Loop, if not "", names the goroutine in which the function runs, and others do: see [model.LoopOf]. Facts do not have it.
	Loop string `json:"-"`
	// With, if not nil, tells which functions of the package can run at the same
	// time: a test runs with what it calls, and not with other tests.
	With func(root string) bool `json:"-"`
	Held []Lock
	Want Lock
	// Mine: all locks of the pair lie in the receiver of the method that the function is, or that it is a literal of; or one of two does.
	Mine bool `json:"-"`
	// Here: another package's goroutine runs the function, which this package has given it. Facts do not have it.
	Here bool `json:"-"`
	// OneWay: the object whose lock is waited for was handed to the one whose lock is held, and does not lead to that. Facts do not have it.
	OneWay bool `json:"-"`
	// Start, if not nil, says what is over when the goroutine in which the function runs is started. Facts do not have it.
	Start *Start `json:"-"`
	// Past are operations, of this package, that nobody comes to any more when the
	// goroutine is where the pair says. Facts do not have them.
	Past []token.Pos `json:"-"`
}

// A Start tells of a go statement, in a method that is called once for each object: Root is that method, Sites are the calls that it does not
// come to any more after the statement.
type Start struct {
	Root  string
	Sites []token.Pos
}

// compare orders pairs by where they wait. Pairs from facts have file and line only.
func (p *Pair) compare(q *Pair) int {
	a, b := p.Want.Steps[0], q.Want.Steps[0]
	return cmp.Or(cmp.Compare(len(p.Want.Steps), len(q.Want.Steps)), cmp.Compare(p.Pkg, q.Pkg), cmp.Compare(a.Pos, b.Pos),
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(p.Root, q.Root))
}

type edge struct{ from, to string }

type search struct {
	Known
	edges map[edge][]Link
	next  map[string][]string
	found map[string]*Cycle
	steps int
	// readers: cycles that only a waiting writer closes are looked for.
	readers bool

	reached  *limits.Counts // nil if nobody counts
	trace    *why.Trace     // nil if nobody asks
	rejected []why.Drop     // of the classes at hand
}

// Known is what others know of the locks and the goroutines of pairs.
type Known struct {
	// Writes reports whether anybody may wait to lock a class for writing.
	Writes func(class string) bool
	// Apart reports whether two fields (see Lock.Within) never hold one object.
	Apart func(x, y string) bool
	// Other reports whether a field (see Lock.Within) never points to a variable (see Lock.Made); nil if nobody knows.
	Other func(within string, made ssa.Value) bool
	// Strangers reports whether two fields (see Lock.Within) never lead from one object to another one and back; nil if nobody knows.
	Strangers func(x, y string) bool
	// Absent reports whether nobody is where b says while a goroutine is where a says. It is asked of pairs with
	// a function only; nil if nobody knows.
	Absent func(a, b Link) bool
	// Elsewhere reports whether another module declares a lock class; nil if nobody knows.
	Elsewhere func(class string) bool
	// Skips reports whether nobody wants cycles of a kind (see Cycle.Kind); nil if all are wanted.
	Skips func(kind string) bool
}

// skips reports whether cycles of a length are not looked for: nobody wants them, or asks why they are none.
func (s *search) skips(length int) bool {
	return s.trace == nil && s.Skips != nil && s.Skips(kind(length, s.readers))
}

// Cycles returns the deadlocks among the pairs, at most one for each set of classes,
// in an order that depends on the pairs only.
func Cycles(pairs []*Pair, known Known) []Cycle { return Find(pairs, known, nil, nil) }

// Find is Cycles. It counts the limits that it reaches, and records in trace why what looks like a
// deadlock is none; either may be nil.
func Find(pairs []*Pair, known Known, reached *limits.Counts, trace *why.Trace) []Cycle {
	s := &search{
		Known: known, edges: make(map[edge][]Link), next: make(map[string][]string), found: make(map[string]*Cycle),
		reached: reached, trace: trace,
	}
	pairs = slices.Clone(pairs)
	slices.SortStableFunc(pairs, func(p, q *Pair) int { return p.compare(q) })
	for _, p := range pairs {
		for i, h := range p.Held {
			if h.Maybe && !h.Entry || h.Crossed || mayBeOne(h, p.Want) {
				continue
			}
			for _, e := range edgesOf(h, p.Want) {
				if len(s.edges[e]) == 0 {
					s.next[e.from] = append(s.next[e.from], e.to)
				}
				if len(s.edges[e]) >= limits.MaxPerOrder {
					s.reached.Hit(limits.PerOrder)
					continue
				}
				s.edges[e] = append(s.edges[e], Link{p, i})
			}
		}
	}
	if trace != nil {
		s.dropSkipped(pairs)
	}
	var starts []string
	for class, next := range s.next {
		slices.Sort(next)
		starts = append(starts, class)
	}
	slices.Sort(starts)
	// Short cycles first: a longer one over the same classes adds nothing. Nor does one for which a writer has to wait, and a search
	// that ended at such a one would miss what is sure.
	for length := 2; length <= limits.MaxCycle; length++ {
		for _, s.readers = range []bool{false, true} {
			if s.skips(length) {
				continue
			}
			for _, start := range starts {
				s.extend([]string{start}, length)
			}
		}
	}
	var out []Cycle
	for _, c := range s.found {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Cycle) int {
		return cmp.Or(a.Links[0].compare(b.Links[0].Pair), strings.Compare(a.Key(), b.Key()))
	})
	return out
}

// extend looks for cycles of the given length that begin with the classes of trail,
// the first of which is the least in it.
func (s *search) extend(trail []string, length int) {
	last := trail[len(trail)-1]
	if len(trail) == length {
		if slices.Contains(s.next[last], trail[0]) {
			s.close(trail)
		}
		return
	}
	for _, next := range s.next[last] {
		if s.steps++; s.steps > limits.MaxSearched {
			s.reached.Hit(limits.Searched)
			return
		}
		if next > trail[0] && !slices.Contains(trail, next) {
			s.extend(append(slices.Clip(trail), next), length)
		}
	}
}

// close looks for goroutines that can wait for each other over the classes.
func (s *search) close(classes []string) {
	if s.covered(classes) {
		return
	}
	var links []Link
	var choose func(i int) *Cycle
	choose = func(i int) *Cycle {
		if i == len(classes) {
			return s.deadlock(links)
		}
	next:
		for _, l := range s.edges[edge{classes[i], classes[(i+1)%len(classes)]}] {
			for _, other := range links {
				if rule, by, ok := keptApart(l.Pair, other.Pair); ok {
					s.reject(rule, by, l, other)
					continue next
				}
			}
			if len(links) > 0 && !meets(links[i-1].Want, l.Holding()) || i == len(classes)-1 && !meets(l.Want, links[0].Holding()) {
				continue
			}
			if len(links) > 0 && s.never(links[i-1].Want, l.Holding()) || i == len(classes)-1 && s.never(l.Want, links[0].Holding()) {
				s.reject(why.DifferentObjects, nil, l, links[len(links)-1])
				continue
			}
			if other, ok := s.absent(links, l); ok {
				s.reject(why.NotAtOnce, nil, l, other)
				continue
			}
			links = append(links, l)
			if i == len(classes)-1 && (s.divided(links) || s.strangers(links)) {
				s.reject(why.DifferentObjects, nil, l, links[0])
			} else if happens(links) {
				if c := choose(i + 1); c != nil {
					return c
				}
			} else {
				s.reject(why.ImpossibleOrder, nil, l, links[0])
			}
			links = links[:len(links)-1]
		}
		return nil
	}
	s.rejected = nil
	if c := choose(0); c != nil {
		s.found[c.Key()] = c
		return
	}
	if !s.readers {
		return // what is rejected now is rejected again
	}
	for _, d := range s.rejected {
		s.trace.Drop(d)
	}
}

// absent returns the link among those chosen that is never where it says while l is where that says.
func (s *search) absent(links []Link, l Link) (other Link, ok bool) {
	if s.Absent == nil || l.Fn == nil {
		return Link{}, false
	}
	i := slices.IndexFunc(links, func(o Link) bool { return o.Fn != nil && (s.Absent(o, l) || s.Absent(l, o)) })
	if i < 0 {
		return Link{}, false
	}
	return links[i], true
}

// edgesOf returns the orders that a pair stands for: of the classes of its locks, and of their
// declarations, where the class of a lock is named after a struct around that.
func edgesOf(held, want Lock) (edges []edge) {
	for _, from := range names(held) {
		for _, to := range names(want) {
			edges = append(edges, edge{from, to})
		}
	}
	return edges
}

func names(l Lock) []string {
	if l.Kin != "" {
		return []string{l.Class + " of " + l.Kin}
	}
	if l.Declared == "" || l.Declared == l.Class {
		return []string{l.Class}
	}
	return []string{l.Class, l.Declared}
}

// meets reports whether two locks may be one: they have one class, or one of them is known by the
// declaration alone, which may be in any struct.
func meets(a, b Lock) bool {
	if a.Kin != b.Kin {
		return false
	}
	return a.Class == b.Class || a.Declared != "" && a.Declared == b.Declared && (a.Class == a.Declared || b.Class == b.Declared)
}

// covered reports whether a cycle has been found over some of the classes.
func (s *search) covered(classes []string) bool {
	classes = slices.Sorted(slices.Values(classes))
	some := make([]string, 0, limits.MaxCycle)
	for subset := range 1 << len(classes) {
		some = some[:0]
		for i, class := range classes {
			if subset&(1<<i) != 0 {
				some = append(some, class)
			}
		}
		if s.found[strings.Join(some, " ")] != nil {
			return true
		}
	}
	return false
}

// deadlock returns the cycle that the links make, nil if they do not block each other, or if the cycle is none of the kind that is looked for.
func (s *search) deadlock(links []Link) *Cycle {
	c := &Cycle{Links: slices.Clone(links)}
	local := false
	for i, l := range links {
		held := links[(i+1)%len(links)].Holding()
		local = local || strings.Contains(held.Class, "@")
		if l.Want.Mode == model.Read && held.Mode == model.Read {
			if !s.readers || !s.Writes(held.Class) {
				s.reject(why.NoWriter, nil, links[len(links)-1], links[0])
				return nil
			}
			c.Reader = true
		}
	}
	if c.Reader && local {
		s.reject(why.NoWriter, nil, links[len(links)-1], links[0])
		return nil // within one function's goroutines, whether a writer is among them is not known
	}
	some, all := s.elsewhere(c)
	if c.Modules = some; all || c.foreign() {
		s.rejectForeign(c)
		return nil
	}
	return c
}

// happens reports whether the goroutines can have acquired what they hold in some order. Who has
// passed a lock that another goroutine holds has done so before that one acquired it.
// (Kahlon, Ivančić and Gupta, "Reasoning about threads communicating via locks", CAV 2005)
func happens(links []Link) bool {
	type acquisition struct{ link, lock int }
	after := make(map[acquisition][]acquisition)
	for i, l := range links {
		for j, held := range l.Held {
			a := acquisition{i, j}
			for i2, other := range links {
				for j2, theirs := range other.Held {
					if i2 != i && !held.Maybe && !theirs.Maybe && slices.ContainsFunc(held.Then, func(passed Lock) bool { return excludes(passed, theirs) }) {
						after[a] = append(after[a], acquisition{i2, j2})
					}
				}
			}
		}
	}
	const open, done = 1, 2
	state := make(map[acquisition]int)
	var ordered func(a acquisition) bool
	ordered = func(a acquisition) bool {
		if state[a] != 0 {
			return state[a] == done
		}
		state[a] = open
		for _, b := range after[a] {
			if !ordered(b) {
				return false
			}
		}
		state[a] = done
		return true
	}
	for a := range after {
		if !ordered(a) {
			return false
		}
	}
	return true
}
