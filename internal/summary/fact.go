package summary

import (
	"encoding/binary"
	"errors"
	"go/constant"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Fact is the summary of one function as other packages get it. Data is a
// compact encoding that is decoded when a caller asks for it; the same summary
// always has the same Data. Its first byte is the version of the encoding.
type Fact struct{ Data []byte }

// AFact marks Fact as an analysis.Fact.
func (*Fact) AFact() {}

const factVersion = 6

// maxFactPoints bounds the points of a fact in the same way.
const maxFactPoints = 24

// maxFactEvents bounds a fact. A function with more effects on its callers' locks
// keeps the first ones.
const maxFactEvents = 24

// String writes the summary in one line, for golden tests and debugging.
func (f *Fact) String() string {
	s, err := f.Decode(path.NewTable())
	if err != nil {
		return "lockvet: " + err.Error()
	}
	return Format(s)
}

// Encode makes a fact of a summary; nil if nothing in it means anything to other
// packages. live tells which lock classes can be part of a deadlock with locks of
// other packages.
func Encode(s *flow.Summary, fset *token.FileSet, live func(class string) bool) *Fact {
	e := encoder{fset: fset, buf: []byte{factVersion}, strings: map[string]int{}}
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
			if class := p.Lock.Class(); class == "" || live(class) {
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
	e.uint(len(events))
	for _, ev := range events {
		e.event(ev)
	}
	e.uint(len(outcomes))
	for _, o := range outcomes {
		e.outcome(o)
	}
	e.uint(len(points))
	for _, p := range points {
		e.point(p)
	}
	e.flag(slow != nil)
	if slow != nil {
		e.slow(slow)
	}
	e.uint(len(s.Strays))
	for _, class := range s.Strays {
		e.str(class)
	}
	return &Fact{e.buf}
}

func encodable(n *path.Node) bool {
	switch n.Kind {
	case path.Value, path.Func, path.Iface, path.FreeVar:
		return false
	}
	return (n.X == nil || encodable(n.X)) && (n.Y == nil || encodable(n.Y))
}

type encoder struct {
	fset    *token.FileSet
	buf     []byte
	strings map[string]int
}

func (e *encoder) uint(x int) { e.buf = binary.AppendUvarint(e.buf, uint64(x)) }

func (e *encoder) int(x int) { e.buf = binary.AppendVarint(e.buf, int64(x)) }

func (e *encoder) flag(b bool) { e.buf = append(e.buf, byte(boolInt(b))) }

func (e *encoder) kind(k path.Kind) { e.buf = append(e.buf, byte(k)) }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// str writes a string once and its number from then on.
func (e *encoder) str(s string) {
	if i, ok := e.strings[s]; ok {
		e.uint(i)
		return
	}
	e.strings[s] = len(e.strings) + 1
	e.uint(0)
	e.uint(len(s))
	e.buf = append(e.buf, s...)
}

func (e *encoder) node(n *path.Node) {
	e.kind(n.Kind)
	switch n.Kind {
	case path.Param:
		e.int(n.Index)
	case path.Global:
		e.str(n.Name)
	case path.Class:
		e.str(n.Name)
		e.str(n.Owner)
		e.str(n.Outer)
	case path.Const:
		e.constant(n.Const)
	case path.Field:
		e.node(n.X)
		e.str(n.Name)
		e.str(n.Owner)
		e.flag(n.Embed)
	case path.Deref, path.RLocker:
		e.node(n.X)
	case path.Elem:
		e.node(n.X)
		e.node(n.Y)
	case path.Op:
		e.str(n.Name)
		e.node(n.X)
		e.flag(n.Y != nil)
		if n.Y != nil {
			e.node(n.Y)
		}
	}
}

func (e *encoder) constant(c constant.Value) {
	if c == nil {
		e.str("n")
		return
	}
	switch c.Kind() {
	case constant.Bool:
		e.str("b" + c.ExactString())
	case constant.Int:
		e.str("i" + c.ExactString())
	case constant.String:
		e.str("s" + constant.StringVal(c))
	default:
		e.str("o" + c.ExactString())
	}
}

func (e *encoder) literals(ls []flow.Literal) {
	var keep []flow.Literal
	for _, l := range ls {
		if encodable(l.Cond) {
			keep = append(keep, l)
		}
	}
	e.uint(len(keep))
	for _, l := range keep {
		e.node(l.Cond)
		e.uint(boolInt(l.Val) | boolInt(l.Before)<<1)
	}
}

// steps writes how an operation is reached. Most steps are calls of the function that the
// next one is in, which then need not be named twice.
func (e *encoder) steps(steps []flow.Step) {
	e.uint(len(steps))
	for i, s := range steps {
		if s.Pos.IsValid() {
			p := e.fset.Position(s.Pos)
			s.File, s.Line = filepath.Base(p.Filename), p.Line
		}
		e.str(s.File)
		e.uint(s.Line)
		e.str(s.Func)
		next := i+1 < len(steps) && s.What == callsNext+steps[i+1].Func
		e.flag(next)
		if !next {
			e.str(s.What)
		}
	}
}

const callsNext = "calls "

func (e *encoder) event(ev flow.Event) {
	e.uint(int(ev.Kind))
	e.uint(int(ev.Mode))
	if ev.Kind == flow.Call {
		e.node(ev.Param)
		e.str(ev.Method)
		e.held(ev.Held)
		e.gone(ev.Gone)
	} else {
		e.node(ev.Lock)
	}
	e.literals(ev.Guard)
	e.steps(ev.Steps)
}

func (e *encoder) held(locks []flow.HeldLock) {
	locks = slices.DeleteFunc(slices.Clone(locks), func(h flow.HeldLock) bool { return !encodable(h.Lock) })
	e.uint(len(locks))
	for _, h := range locks {
		e.node(h.Lock)
		e.uint(int(h.Mode))
		e.flag(h.Maybe)
		e.steps(h.Steps)
	}
}

func (e *encoder) gone(locks []*path.Node) {
	locks = slices.DeleteFunc(slices.Clone(locks), func(n *path.Node) bool { return !encodable(n) })
	e.uint(len(locks))
	for _, lock := range locks {
		e.node(lock)
	}
}

func (e *encoder) point(p flow.Point) {
	e.uint(int(p.Kind))
	e.node(p.Lock)
	e.uint(int(p.Mode))
	e.held(p.Held)
	e.gone(p.Gone)
	e.literals(p.Guard)
	e.steps(p.Steps)
}

func (e *encoder) slow(s *flow.Slow) {
	e.uint(int(s.Op.Slow))
	e.str(s.Op.Name)
	e.str(s.Op.Doc)
	e.gone(s.Gone)
	e.literals(s.Guard)
	e.steps(s.Steps)
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

func (e *encoder) outcome(o flow.Outcome) {
	e.literals(o.Guard)
	e.uint(len(o.Results))
	for _, r := range o.Results {
		switch {
		case r == nil || !encodable(r) && r.Kind != path.Iface:
			e.uint(0)
		case r.Kind == path.Iface:
			e.uint(2)
		default:
			e.uint(1)
			e.node(r)
		}
	}
	nets := portable(o)
	e.uint(len(nets))
	for _, n := range nets {
		e.node(n.Lock)
		e.uint(int(n.Mode))
		e.int(n.Delta)
		e.steps(n.Steps)
	}
}

var errCorrupt = errors.New("the fact about this function is damaged or was written by another version of lockvet")

type decoder struct {
	t       *path.Table
	buf     []byte
	strings []string
	depth   int
}

// Decode returns the summary in terms of the table. Its error says that the data
// is damaged or of another version.
func (f *Fact) Decode(t *path.Table) (s *flow.Summary, err error) {
	d, err := newDecoder(f.Data, t)
	if err != nil {
		return nil, err
	}
	defer func() {
		if recovered(recover()) {
			s, err = nil, errCorrupt
		}
	}()
	s = new(flow.Summary)
	for range d.count() {
		s.Events = append(s.Events, d.event())
	}
	for range d.count() {
		s.Outcomes = append(s.Outcomes, d.outcome())
	}
	for range d.count() {
		s.Points = append(s.Points, d.point())
	}
	if d.byte() == 1 {
		s.Slow = d.slow()
	}
	for range d.count() {
		s.Strays = append(s.Strays, d.str())
	}
	d.end()
	return s, nil
}

// recovered reports whether r is how the decoder gives up. It panics with anything else.
func recovered(r any) bool {
	if r != nil && r != errCorrupt {
		panic(r)
	}
	return r != nil
}

// end checks that nothing is left.
func (d *decoder) end() {
	if len(d.buf) != 0 {
		panic(errCorrupt)
	}
}

func newDecoder(data []byte, t *path.Table) (*decoder, error) {
	if len(data) == 0 || data[0] != factVersion {
		return nil, errCorrupt
	}
	return &decoder{t: t, buf: data[1:]}, nil
}

func (d *decoder) uint() int {
	x, n := binary.Uvarint(d.buf)
	if n <= 0 || x > 1<<31 {
		panic(errCorrupt)
	}
	d.buf = d.buf[n:]
	return int(x)
}

// count reads the length of a list, which cannot be longer than the rest.
func (d *decoder) count() int {
	n := d.uint()
	if n > len(d.buf) {
		panic(errCorrupt)
	}
	return n
}

func (d *decoder) int() int {
	x, n := binary.Varint(d.buf)
	if n <= 0 {
		panic(errCorrupt)
	}
	d.buf = d.buf[n:]
	return int(x)
}

func (d *decoder) byte() byte {
	if len(d.buf) == 0 {
		panic(errCorrupt)
	}
	b := d.buf[0]
	d.buf = d.buf[1:]
	return b
}

func (d *decoder) str() string {
	if i := d.uint(); i > 0 {
		if i > len(d.strings) {
			panic(errCorrupt)
		}
		return d.strings[i-1]
	}
	n := d.count()
	s := string(d.buf[:n])
	d.buf = d.buf[n:]
	d.strings = append(d.strings, s)
	return s
}

func (d *decoder) node() *path.Node {
	if d.depth++; d.depth > 100 {
		panic(errCorrupt)
	}
	defer func() { d.depth-- }()
	switch path.Kind(d.byte()) {
	case path.Param:
		return d.t.Param(d.int())
	case path.Global:
		return d.t.Global(d.str())
	case path.Class:
		name, declared := d.str(), d.str()
		return d.t.Class(name, declared, d.str())
	case path.Const:
		return d.constant()
	case path.Field:
		x := d.node()
		name, owner := d.str(), d.str()
		return d.t.Field(x, name, owner, d.byte() == 1)
	case path.Deref:
		return d.t.Deref(d.node())
	case path.RLocker:
		return d.t.RLocker(d.node())
	case path.Elem:
		x := d.node()
		return d.t.Elem(x, d.node())
	case path.Op:
		name, x := d.str(), d.node()
		if d.byte() == 1 {
			return d.t.Op(name, x, d.node())
		}
		return d.t.Op(name, x, nil)
	}
	panic(errCorrupt)
}

func (d *decoder) constant() *path.Node {
	s := d.str()
	if s == "" {
		panic(errCorrupt)
	}
	switch s[0] {
	case 'n':
		return d.t.Const(nil)
	case 'b':
		return d.t.Bool(s == "btrue")
	case 's':
		return d.t.Const(constant.MakeString(s[1:]))
	case 'i':
		digits, negative := strings.CutPrefix(s[1:], "-")
		c := constant.MakeFromLiteral(digits, token.INT, 0)
		if negative {
			c = constant.UnaryOp(token.SUB, c, 0)
		}
		return d.t.Const(c)
	}
	return d.t.Op("constant "+s[1:], d.t.Const(nil), nil)
}

func (d *decoder) literals() (ls []flow.Literal) {
	for range d.count() {
		n := d.node()
		flags := d.byte()
		ls = append(ls, flow.Literal{Cond: n, Val: flags&1 != 0, Before: flags&2 != 0})
	}
	return ls
}

func (d *decoder) steps() (steps []flow.Step) {
	next := false // the step before is a call of the function that this one is in
	for range d.count() {
		s := flow.Step{File: d.str(), Line: d.uint(), Func: d.str()}
		if next {
			steps[len(steps)-1].What = callsNext + s.Func
		}
		if next = d.byte() == 1; !next {
			s.What = d.str()
		}
		steps = append(steps, s)
	}
	if next {
		panic(errCorrupt)
	}
	return steps
}

func (d *decoder) event() flow.Event {
	e := flow.Event{Kind: flow.EventKind(d.uint()), Mode: model.Mode(d.uint())}
	if e.Kind == flow.Call {
		e.Param, e.Method = d.node(), d.str()
		e.Held, e.Gone = d.held(), d.gone()
	} else {
		e.Lock = d.node()
	}
	e.Guard = d.literals()
	e.Steps = d.steps()
	return e
}

func (d *decoder) held() (locks []flow.HeldLock) {
	for range d.count() {
		h := flow.HeldLock{Lock: d.node(), Mode: model.Mode(d.uint()), Maybe: d.byte() == 1}
		if h.Steps = d.steps(); len(h.Steps) == 0 {
			panic(errCorrupt)
		}
		locks = append(locks, h)
	}
	return locks
}

func (d *decoder) gone() (locks []*path.Node) {
	for range d.count() {
		locks = append(locks, d.node())
	}
	return locks
}

func (d *decoder) point() flow.Point {
	p := flow.Point{Kind: flow.PointKind(d.uint()), Lock: d.node(), Mode: model.Mode(d.uint())}
	p.Held, p.Gone, p.Guard, p.Steps = d.held(), d.gone(), d.literals(), d.steps()
	if len(p.Steps) == 0 {
		panic(errCorrupt)
	}
	return p
}

func (d *decoder) slow() *flow.Slow {
	op := &model.SlowOp{Slow: model.Slow(d.uint()), Name: d.str(), Doc: d.str()}
	s := &flow.Slow{Op: op, Gone: d.gone(), Guard: d.literals(), Steps: d.steps()}
	if !op.Slow.Known() || len(s.Steps) == 0 {
		panic(errCorrupt)
	}
	return s
}

func (d *decoder) outcome() flow.Outcome {
	o := flow.Outcome{Guard: d.literals()}
	for range d.count() {
		switch d.uint() {
		case 0:
			o.Results = append(o.Results, nil)
		case 1:
			o.Results = append(o.Results, d.node())
		case 2:
			o.Results = append(o.Results, flow.NotNil(d.t))
		default:
			panic(errCorrupt)
		}
	}
	for range d.count() {
		n := flow.Net{Lock: d.node(), Mode: model.Mode(d.uint()), Delta: d.int()}
		n.Steps = d.steps()
		o.Nets = append(o.Nets, n)
	}
	return o
}
