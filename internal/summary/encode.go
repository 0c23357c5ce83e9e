package summary

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"go/constant"
	"go/token"
	"slices"
	"sync"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

const factVersion = 17

// tables are the parts that a fact refers to by number. A part is a string, or
// a name, condition or way to an operation, written in terms of earlier parts: the same
// operations are reached in the same way for the most part.
type tables struct {
	fset    *token.FileSet
	buf     []byte // the parts, each after its length
	numbers map[string]int
}

func newTables(fset *token.FileSet) *tables {
	return &tables{fset: fset, numbers: make(map[string]int)}
}

// number returns the number of a part, a new one if it is.
func (t *tables) number(part string) int {
	n, ok := t.numbers[part]
	if !ok {
		n = len(t.numbers)
		t.numbers[part] = n
		t.buf = binary.AppendUvarint(t.buf, uint64(len(part)))
		t.buf = append(t.buf, part...)
	}
	return n
}

// compressors are expensive to make.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.DefaultCompression) // no error at this level
	return w
}}

// pack returns a version, and the parts and what w has written, compressed.
func (w *writer) pack() []byte {
	b := bytes.NewBuffer([]byte{factVersion})
	c := compressors.Get().(*flate.Writer)
	defer compressors.Put(c)
	c.Reset(b)
	count := binary.AppendUvarint(nil, uint64(len(w.numbers)))
	for _, text := range [][]byte{count, w.tables.buf, w.buf} {
		_, _ = c.Write(text) // to memory
	}
	_ = c.Close()
	return b.Bytes()
}

// A writer writes one part, one summary, or a fact.
type writer struct {
	*tables
	buf []byte
}

func (w *writer) uint(x int) { w.buf = binary.AppendUvarint(w.buf, uint64(x)) }

func (w *writer) int(x int) { w.buf = binary.AppendVarint(w.buf, int64(x)) }

func (w *writer) flag(b bool) { w.uint(boolInt(b)) }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *writer) str(s string) { w.uint(w.number(s)) }

// part writes the number of the part that write makes.
func (w *writer) part(write func(*writer)) {
	inner := &writer{tables: w.tables}
	write(inner)
	w.str(string(inner.buf))
}

// list writes how many there are, and each.
func list[T any](w *writer, xs []T, write func(T)) {
	w.uint(len(xs))
	for _, x := range xs {
		write(x)
	}
}

// portableOnly returns those whose names mean something to other packages.
func portableOnly[T any](xs []T, name func(T) *path.Node) []T {
	return slices.DeleteFunc(slices.Clone(xs), func(x T) bool { return !encodable(name(x)) })
}

func (w *writer) node(n *path.Node) {
	w.part(func(w *writer) {
		w.uint(int(n.Kind))
		switch n.Kind {
		case path.Param, path.Result:
			w.int(n.Index)
		case path.Global:
			w.str(n.Name)
		case path.Class:
			w.str(n.Name)
			w.str(n.Owner)
			w.str(n.Outer)
		case path.Const:
			w.str(constantText(n.Const))
		case path.Field:
			w.node(n.X)
			w.str(n.Name)
			w.str(n.Owner)
			w.flag(n.Embed)
		case path.Deref, path.RLocker:
			w.node(n.X)
		case path.Elem:
			w.node(n.X)
			w.node(n.Y)
		case path.Op:
			w.str(n.Name)
			w.node(n.X)
			w.flag(n.Y != nil)
			if n.Y != nil {
				w.node(n.Y)
			}
		}
	})
}

func constantText(c constant.Value) string {
	if c == nil {
		return "n"
	}
	switch c.Kind() {
	case constant.Bool:
		return "b" + c.ExactString()
	case constant.Int:
		return "i" + c.ExactString()
	case constant.String:
		return "s" + constant.StringVal(c)
	}
	return "o" + c.ExactString()
}

func (w *writer) literals(ls []flow.Literal) {
	ls = portableOnly(ls, func(l flow.Literal) *path.Node { return l.Cond })
	w.part(func(w *writer) {
		list(w, ls, func(l flow.Literal) {
			w.node(l.Cond)
			w.uint(boolInt(l.Val) | boolInt(l.Before)<<1)
		})
	})
}

// What follows a step in the encoding.
const (
	lastStep = iota
	nextStep // a step in the function that this one calls, which then need not be named twice
	otherStep
)

const callsNext = "calls "

// trace writes how an operation is reached, from its end: many functions reach it in
// the same way from some function on.
func (w *writer) trace(steps []*flow.Step) {
	w.flag(len(steps) > 0)
	if len(steps) == 0 {
		return
	}
	w.part(func(w *writer) {
		s, rest := *steps[0], steps[1:]
		if s.Pos.IsValid() {
			p := w.fset.Position(s.Pos)
			s.File, s.Line = flow.FileName(p.Filename), p.Line
		}
		w.str(s.File)
		w.uint(s.Line)
		w.str(s.Func)
		switch {
		case len(rest) == 0:
			w.uint(lastStep)
			w.str(s.What)
			return
		case s.What == callsNext+rest[0].Func:
			w.uint(nextStep)
		default:
			w.uint(otherStep)
			w.str(s.What)
		}
		w.trace(rest)
	})
}

// summary returns the encoding of what importers get of a function's summary.
func (t *tables) summary(s *flow.Summary) []byte {
	w := &writer{tables: t}
	list(w, s.Events, w.event)
	list(w, s.Outcomes, w.outcome)
	list(w, s.Points, w.point)
	w.flag(s.Slow != nil)
	if s.Slow != nil {
		w.slow(s.Slow)
	}
	list(w, s.Strays, w.str)
	return w.buf
}

func (w *writer) event(ev flow.Event) {
	w.uint(int(ev.Kind))
	w.uint(int(ev.Mode))
	if ev.Kind == flow.Call || ev.Kind == flow.Later {
		w.node(ev.Param)
		w.str(ev.Method)
		w.flag(ev.Always)
		w.flag(ev.IfSo)
		list(w, ev.Given, w.given)
		w.held(ev.Held)
		w.gone(ev.Gone)
		if ev.Kind == flow.Later {
			w.flag(ev.Lock != nil)
			if ev.Lock != nil {
				w.node(ev.Lock)
			}
			w.str(ev.Found)
		}
	} else {
		if ev.Kind == flow.Serves || ev.Kind == flow.Puts {
			w.node(ev.Param)
			w.str(ev.Method)
		}
		w.node(ev.Lock)
		switch ev.Kind {
		case flow.Acquire:
			w.gone(ev.Gone)
		case flow.Streams:
			w.held(ev.Held)
		}
	}
	w.literals(ev.Guard)
	w.trace(ev.Steps)
}

func (w *writer) held(locks []flow.HeldLock) {
	locks = portableOnly(locks, func(h flow.HeldLock) *path.Node { return h.Lock })
	w.part(func(w *writer) {
		list(w, locks, func(h flow.HeldLock) {
			w.node(h.Lock)
			w.uint(int(h.Mode))
			w.uint(boolInt(h.Maybe) | boolInt(h.Crossed)<<1 | boolInt(h.Joint)<<2)
			w.trace(h.Steps)
		})
	})
}

func (w *writer) gone(locks []*path.Node) {
	list(w, portableOnly(locks, func(n *path.Node) *path.Node { return n }), w.node)
}

// given writes an argument, which may be nil.
func (w *writer) given(arg *path.Node) {
	if arg != nil {
		arg = path.Concrete(arg) // importers know what it is converted to
	}
	known := arg != nil && encodable(arg)
	w.flag(known)
	if known {
		w.node(arg)
	}
}

func (w *writer) point(p flow.Point) {
	w.uint(int(p.Kind))
	w.node(p.Lock)
	w.uint(int(p.Mode))
	w.held(p.Held)
	w.gone(p.Gone)
	w.literals(p.Guard)
	w.flag(p.Kept)
	w.trace(p.Steps)
}

func (w *writer) slow(s *flow.Slow) {
	w.uint(int(s.Op.Slow))
	w.str(s.Op.Name)
	w.str(s.Op.Doc)
	w.gone(s.Gone)
	w.literals(s.Guard)
	w.trace(s.Steps)
}

func (w *writer) outcome(o flow.Outcome) {
	w.literals(o.Guard)
	w.uint(len(o.Results))
	for _, r := range o.Results {
		switch {
		case r == nil || !encodable(r) && r.Kind != path.Iface:
			w.uint(0)
		case r.Kind == path.Iface || r.Kind == path.Op && r.Name == flow.NotNilName:
			w.uint(2)
		default:
			w.uint(1)
			w.node(r)
		}
	}
	list(w, portable(o), func(n flow.Net) {
		w.node(n.Lock)
		w.uint(int(n.Mode))
		w.int(n.Delta)
		w.trace(n.Steps)
	})
	list(w, o.Stores, func(c flow.Cell) {
		w.node(c.Addr)
		w.node(c.Val)
	})
}
