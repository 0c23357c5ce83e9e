package summary

import (
	"go/token"
	"slices"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
)

// A PairsFact holds those critical pairs of a package that may be part of a deadlock
// with locks of other packages. Data is encoded like that of a [Fact].
type PairsFact struct{ Data []byte }

// AFact marks PairsFact as an analysis.Fact.
func (*PairsFact) AFact() {}

// String writes the lock orders of the pairs, for golden tests and debugging.
func (f *PairsFact) String() string {
	pairs, _, err := f.Decode()
	if err != nil {
		return "lockvet: " + err.Error()
	}
	text := ""
	for _, p := range pairs {
		if text != "" {
			text += "; "
		}
		text += p.Root + " waits for " + p.Want.Class
		for _, h := range p.Held {
			text += " under " + h.Class
		}
	}
	return text
}

// EncodePairs makes a fact of pairs; nil if there are none. It also says which of the fields in them
// are sealed.
func EncodePairs(pairs []*order.Pair, sealed func(field string) bool, fset *token.FileSet) *PairsFact {
	if len(pairs) == 0 {
		return nil
	}
	pairs = pairs[:min(len(pairs), limits.MaxFactPairs)]
	w := &writer{tables: newTables(fset)}
	w.uint(len(pairs))
	for _, p := range pairs {
		w.str(p.Pkg)
		w.str(p.Root)
		w.flag(p.Alone)
		w.flag(p.Kept)
		w.lock(p.Want)
		list(w, p.Held, w.lock)
	}
	list(w, fieldsOf(pairs, sealed), w.str)
	return &PairsFact{w.pack()}
}

// fieldsOf returns the fields in which the objects of the pairs were found, those that are sealed.
func fieldsOf(pairs []*order.Pair, sealed func(field string) bool) (fields []string) {
	add := func(l order.Lock) {
		if f := path.FieldOf(l.Within); f != "" && !slices.Contains(fields, f) && sealed(f) {
			fields = append(fields, f)
		}
	}
	for _, p := range pairs {
		add(p.Want)
		for _, h := range p.Held {
			add(h)
		}
	}
	return fields
}

func (w *writer) lock(l order.Lock) {
	w.str(l.Class)
	w.str(l.Declared)
	w.str(l.Within)
	w.uint(int(l.Mode))
	w.uint(boolInt(l.Maybe) | boolInt(l.Crossed)<<1 | boolInt(l.Joint)<<2)
	w.trace(l.Steps)
}

// Decode returns the pairs, and the sealed fields in them. Its error says that the data is damaged or of another
// version.
func (f *PairsFact) Decode() (pairs []*order.Pair, sealed []string, err error) {
	r := unpack(f.Data, nil)
	for range r.count() {
		p := &order.Pair{Pkg: r.str(), Root: r.str(), Alone: r.flag(), Kept: r.flag(), Want: r.lock()}
		for range r.count() {
			p.Held = append(p.Held, r.lock())
		}
		pairs = append(pairs, p)
	}
	for range r.count() {
		sealed = append(sealed, r.str())
	}
	r.end()
	if r.err != nil {
		return nil, nil, r.err
	}
	return pairs, sealed, nil
}

func (r *reader) lock() order.Lock {
	l := order.Lock{Class: r.str(), Declared: r.str(), Within: r.str(), Mode: model.Mode(r.uint())}
	l.Maybe, l.Crossed, l.Joint = r.flags()
	l.Steps = r.trace()
	if len(l.Steps) == 0 {
		r.fail()
	}
	return l
}
