package summary

import (
	"go/token"
	"slices"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// A Fact is the summary of one function as other packages get it. Data is a compact
// encoding that is decoded when a caller asks for it. It refers to the [Tables] of the
// function's package: names and ways to reach an operation are the same in many
// functions that call each other.
type Fact struct {
	Data   []byte
	tables *Tables // for String, where the package was analysed in this process
}

// AFact marks Fact as an analysis.Fact.
func (*Fact) AFact() {}

// Tables is what the facts of the functions of one package refer to, by number:
// strings, names ([path.Node]) and steps. The same package always has the same Data.
type Tables struct{ Data []byte }

// AFact marks Tables as an analysis.Fact.
func (*Tables) AFact() {}

// String tells no more than that it is there, for golden tests: facts show their parts.
func (*Tables) String() string { return "tables" }

// maxFactPoints bounds the points of a fact in the same way.
const maxFactPoints = 24

// maxFactEvents bounds a fact. A function with more effects on its callers' locks
// keeps the first ones.
const maxFactEvents = 24

// String writes the summary in one line, for golden tests and debugging.
func (f *Fact) String() string {
	if f.tables == nil {
		return "lockvet: a fact without the tables of its package"
	}
	d, err := f.tables.Open(path.NewTable())
	if err != nil {
		return "lockvet: " + err.Error()
	}
	s, err := d.Summary(f)
	if err != nil {
		return "lockvet: " + err.Error()
	}
	return Format(s)
}

// An Encoder makes the facts of one package.
type Encoder struct {
	live func(class string) bool
	*tables
	out *Tables
}

// NewEncoder returns an encoder for a package with positions in fset. live tells which
// lock classes can be part of a deadlock with locks of other packages.
func NewEncoder(fset *token.FileSet, live func(class string) bool) *Encoder {
	return &Encoder{live, newTables(fset), new(Tables)}
}

// Tables returns what the facts made so far refer to, nil if there are none.
func (e *Encoder) Tables() *Tables {
	if len(e.numbers) == 0 {
		return nil
	}
	e.out.Data = e.pack()
	return e.out
}

// Fact makes a fact of a summary; nil if nothing in it means anything to other
// packages.
func (e *Encoder) Fact(s *flow.Summary) *Fact {
	events := make([]flow.Event, 0, len(s.Events))
	for _, ev := range s.Events {
		if ev.Kind == flow.Enter && ev.Lock.Class() != "" && !accessible(ev.Lock.Class()) {
			continue // its function is run here, and so is what that calls
		}
		if len(events) < maxFactEvents && (ev.Lock == nil || encodable(ev.Lock)) && (ev.Param == nil || encodable(ev.Param)) {
			events = append(events, ev)
		}
	}
	var outcomes []flow.Outcome
	if slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool { return len(portable(o)) > 0 }) {
		outcomes = s.Outcomes
	}
	var points []flow.Point
	for _, p := range s.Points {
		if len(points) < maxFactPoints && p.Kind == flow.Acquires && encodable(p.Lock) {
			if class := p.Lock.Class(); class == "" || e.live(class) {
				points = append(points, p)
			}
		}
	}
	slow := s.Slow
	if slow != nil && slices.ContainsFunc(slow.Gone, func(n *path.Node) bool { return !encodable(n) }) {
		slow = nil // importers would take the lock for held
	}
	if len(events) == 0 && len(outcomes) == 0 && len(points) == 0 && slow == nil && len(s.Strays) == 0 {
		return nil
	}
	w := writer{tables: e.tables}
	w.uint(len(events))
	for _, ev := range events {
		w.event(ev)
	}
	w.uint(len(outcomes))
	for _, o := range outcomes {
		w.outcome(o)
	}
	w.uint(len(points))
	for _, p := range points {
		w.point(p)
	}
	w.flag(slow != nil)
	if slow != nil {
		w.slow(slow)
	}
	w.uint(len(s.Strays))
	for _, class := range s.Strays {
		w.str(class)
	}
	return &Fact{w.buf, e.out}
}

// encodable reports whether a name means something to other packages.
func encodable(n *path.Node) bool {
	switch n.Kind {
	case path.Value, path.Func, path.Iface, path.FreeVar:
		return false
	}
	return (n.X == nil || encodable(n.X)) && (n.Y == nil || encodable(n.Y))
}

// portable lists the nets of an outcome that mean something to other packages. A function
// handed back that releases the lock does not cross packages, and so neither must the lock.
func portable(o flow.Outcome) (nets []flow.Net) {
	handed := slices.ContainsFunc(o.Results, func(r *path.Node) bool { return r != nil && r.Kind == path.Func })
	for _, n := range o.Nets {
		if encodable(n.Lock) && !(handed && n.Delta > 0) {
			nets = append(nets, n)
		}
	}
	return nets
}
