package summary

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"go/constant"
	"go/token"
	"io"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

var errCorrupt = errors.New("the fact about this function is damaged or was written by another version of lockvet")

// A Decoder reads the summaries of one fact in terms of a [path.Table].
type Decoder struct {
	t      *path.Table
	parts  []string
	nodes  map[int]*path.Node
	steps  map[int][]*flow.Step
	bodies map[string]string // the summaries by name
	err    error             // of what is being read: the rest of it reads as zeros
}

// Open returns a decoder. Its error says that the data is damaged or of another version.
func (f *Fact) Open(t *path.Table) (*Decoder, error) {
	r := unpack(f.Data, t)
	r.bodies = make(map[string]string)
	for _, name := range f.Names {
		r.bodies[name] = r.text()
	}
	r.end()
	return r.Decoder, r.err
}

// Summary decodes the summary of what has the name in the fact; nil if there is none. Its error
// says that the data is damaged.
func (d *Decoder) Summary(name string) (*flow.Summary, error) {
	body, ok := d.bodies[name]
	if !ok {
		return nil, nil
	}
	d.err = nil
	r := &reader{Decoder: d, buf: body, limit: len(d.parts)}
	s := new(flow.Summary)
	for range r.count() {
		s.Events = append(s.Events, r.event())
	}
	for range r.count() {
		s.Outcomes = append(s.Outcomes, r.outcome())
	}
	for range r.count() {
		s.Points = append(s.Points, r.point())
	}
	if r.flag() {
		s.Slow = r.slow()
	}
	for range r.count() {
		s.Strays = append(s.Strays, r.str())
	}
	r.end()
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// unpack returns a reader for what stands behind the parts.
func unpack(data []byte, t *path.Table) *reader {
	d := &Decoder{t: t, nodes: make(map[int]*path.Node), steps: make(map[int][]*flow.Step)}
	r := &reader{Decoder: d}
	if len(data) == 0 || data[0] != factVersion {
		r.fail()
		return r
	}
	packed := bytes.NewReader(data[1:])
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(packed), limits.MaxFactSize)) // a damaged one must not fill the memory
	if err != nil || packed.Len() != 0 {
		r.fail()
		return r
	}
	r.buf = string(text)
	d.parts = make([]string, r.count())
	for i := range d.parts {
		d.parts[i] = r.text()
	}
	r.limit = len(d.parts)
	return r
}

// A reader reads one part, or one fact.
type reader struct {
	*Decoder
	buf   string
	limit int // it may refer to parts below this number
	depth int // it is part of so many others
}

// fail notes that the data is damaged. Nothing more is read of it.
func (r *reader) fail() { r.err = errCorrupt }

// end checks that nothing is left.
func (r *reader) end() {
	if r.buf != "" {
		r.fail()
	}
}

func (r *reader) uint() int {
	if r.err != nil {
		return 0
	}
	x, n := binary.Uvarint([]byte(r.buf[:min(len(r.buf), binary.MaxVarintLen64)]))
	if n <= 0 || x > 1<<31 {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return int(x)
}

// count reads the length of a list, which cannot be longer than the rest.
func (r *reader) count() int {
	n := r.uint()
	if n > len(r.buf) {
		r.fail()
		return 0
	}
	return n
}

// text reads so many bytes as it says.
func (r *reader) text() (text string) {
	n := r.count()
	text, r.buf = r.buf[:n], r.buf[n:]
	return text
}

func (r *reader) int() int {
	if r.err != nil {
		return 0
	}
	x, n := binary.Varint([]byte(r.buf[:min(len(r.buf), binary.MaxVarintLen64)]))
	if n <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return int(x)
}

func (r *reader) flag() bool { return r.uint() == 1 }

// flags reads two flags that are written as one number.
func (r *reader) flags() (a, b, c bool) {
	n := r.uint()
	return n&1 != 0, n&2 != 0, n&4 != 0
}

// number reads the number of a part, which is -1 if the data is damaged. A part refers to
// earlier ones only.
func (r *reader) number() int {
	n := r.uint()
	if n >= r.limit {
		r.fail()
	}
	if r.err != nil {
		return -1
	}
	return n
}

func (r *reader) str() string {
	if n := r.number(); n >= 0 {
		return r.parts[n]
	}
	return ""
}

// part returns a reader for the part with the number.
func (r *reader) part(n int) *reader {
	if n < 0 || r.depth == limits.MaxFactParts {
		r.fail()
		return &reader{Decoder: r.Decoder}
	}
	return &reader{Decoder: r.Decoder, buf: r.parts[n], limit: n, depth: r.depth + 1}
}

func (r *reader) node() *path.Node {
	n := r.number()
	node := r.nodes[n]
	if node == nil {
		part := r.part(n)
		node = part.newNode()
		part.end()
		if r.err == nil {
			r.nodes[n] = node
		}
	}
	return node
}

func (r *reader) newNode() *path.Node {
	if r.err != nil {
		return r.t.Const(nil)
	}
	switch path.Kind(r.uint()) {
	case path.Param:
		return r.t.Param(r.int())
	case path.Result:
		return r.t.Result(r.int())
	case path.Global:
		return r.t.Global(r.str())
	case path.Class:
		name, declared := r.str(), r.str()
		return r.t.Class(name, declared, r.str())
	case path.Const:
		return r.constant(r.str())
	case path.Field:
		x := r.node()
		name, owner := r.str(), r.str()
		return r.t.Field(x, name, owner, r.flag())
	case path.Deref:
		return r.t.Deref(r.node())
	case path.RLocker:
		return r.t.RLocker(r.node())
	case path.Elem:
		x := r.node()
		return r.t.Elem(x, r.node())
	case path.Op:
		name, x := r.str(), r.node()
		if r.flag() {
			return r.t.Op(name, x, r.node())
		}
		return r.t.Op(name, x, nil)
	}
	r.fail()
	return r.t.Const(nil)
}

func (r *reader) constant(s string) *path.Node {
	if s == "" {
		r.fail()
		return r.t.Const(nil)
	}
	switch s[0] {
	case 'n':
		return r.t.Const(nil)
	case 'b':
		return r.t.Bool(s == "btrue")
	case 's':
		return r.t.Const(constant.MakeString(s[1:]))
	case 'i':
		digits, negative := strings.CutPrefix(s[1:], "-")
		c := constant.MakeFromLiteral(digits, token.INT, 0)
		if negative {
			c = constant.UnaryOp(token.SUB, c, 0)
		}
		return r.t.Const(c)
	}
	return r.t.Op("constant "+s[1:], r.t.Const(nil), nil)
}

func (r *reader) literals() (ls []flow.Literal) {
	part := r.part(r.number())
	for range part.count() {
		n, flags := part.node(), part.uint()
		ls = append(ls, flow.Literal{Cond: n, Val: flags&1 != 0, Before: flags&2 != 0})
	}
	part.end()
	return ls
}

func (r *reader) trace() []*flow.Step {
	if !r.flag() {
		return nil
	}
	n := r.number()
	if steps := r.steps[n]; steps != nil {
		return steps
	}
	part := r.part(n)
	s := &flow.Step{File: part.str(), Line: part.uint(), Func: part.str()}
	var rest []*flow.Step
	switch part.uint() {
	case lastStep:
		s.What = part.str()
	case nextStep:
		if rest = part.trace(); len(rest) == 0 {
			r.fail()
			return nil
		}
		s.What = callsNext + rest[0].Func
	case otherStep:
		s.What = part.str()
		rest = part.trace()
	default:
		r.fail()
	}
	part.end()
	steps := slices.Concat([]*flow.Step{s}, rest)
	if r.err == nil {
		r.steps[n] = steps
	}
	return steps
}

func (r *reader) event() flow.Event {
	e := flow.Event{Kind: flow.EventKind(r.uint()), Mode: model.Mode(r.uint())}
	if e.Kind == flow.Call || e.Kind == flow.Later {
		e.Param, e.Method = r.node(), r.str()
		e.Always, e.IfSo = r.flag(), r.flag()
		e.Given = r.given()
		e.Held, e.Gone = r.held(), r.gone()
		if e.Kind == flow.Later {
			if r.flag() {
				e.Lock = r.node()
			}
			e.Found = r.str()
		}
	} else {
		if e.Kind == flow.Serves || e.Kind == flow.Puts {
			e.Param, e.Method = r.node(), r.str()
		}
		e.Lock = r.node()
		switch e.Kind {
		case flow.Acquire:
			e.Gone = r.gone()
		case flow.Streams:
			e.Held = r.held()
		}
	}
	e.Guard = r.literals()
	e.Steps = r.trace()
	return e
}

func (r *reader) held() (locks []flow.HeldLock) {
	part := r.part(r.number())
	for range part.count() {
		h := flow.HeldLock{Lock: part.node(), Mode: model.Mode(part.uint())}
		h.Maybe, h.Crossed, h.Joint = part.flags()
		if h.Steps = part.trace(); len(h.Steps) == 0 {
			r.fail()
		}
		locks = append(locks, h)
	}
	part.end()
	return locks
}

func (r *reader) gone() (locks []*path.Node) {
	for range r.count() {
		locks = append(locks, r.node())
	}
	return locks
}

func (r *reader) given() (args []*path.Node) {
	for range r.count() {
		var arg *path.Node
		if r.flag() {
			arg = r.node()
		}
		args = append(args, arg)
	}
	return args
}

func (r *reader) point() flow.Point {
	p := flow.Point{Kind: flow.PointKind(r.uint()), Lock: r.node(), Mode: model.Mode(r.uint())}
	p.Held, p.Gone, p.Guard = r.held(), r.gone(), r.literals()
	p.Kept, p.Steps = r.flag(), r.trace()
	if len(p.Steps) == 0 {
		r.fail()
	}
	return p
}

func (r *reader) slow() *flow.Slow {
	op := &model.SlowOp{Slow: model.Slow(r.uint()), Name: r.str(), Doc: r.str()}
	s := &flow.Slow{Op: op, Gone: r.gone(), Guard: r.literals(), Steps: r.trace()}
	if !op.Slow.Known() || len(s.Steps) == 0 {
		r.fail()
	}
	return s
}

func (r *reader) outcome() flow.Outcome {
	o := flow.Outcome{Guard: r.literals()}
	for range r.count() {
		switch r.uint() {
		case 0:
			o.Results = append(o.Results, nil)
		case 1:
			o.Results = append(o.Results, r.node())
		case 2:
			o.Results = append(o.Results, flow.NotNil(r.t))
		default:
			r.fail()
		}
	}
	for range r.count() {
		n := flow.Net{Lock: r.node(), Mode: model.Mode(r.uint()), Delta: r.int()}
		n.Steps = r.trace()
		o.Nets = append(o.Nets, n)
	}
	for range r.count() {
		o.Stores = append(o.Stores, flow.Cell{Addr: r.node(), Val: r.node()})
	}
	return o
}
