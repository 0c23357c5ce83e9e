package summary

import (
	"go/token"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
)

// A PairsFact holds those critical pairs of a package that may be part of a deadlock
// with locks of other packages. Data is encoded like that of a [Fact].
type PairsFact struct{ Data []byte }

// AFact marks PairsFact as an analysis.Fact.
func (*PairsFact) AFact() {}

// String writes the lock orders of the pairs, for golden tests and debugging.
func (f *PairsFact) String() string {
	pairs, err := f.Decode()
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

// EncodePairs makes a fact of pairs; nil if there are none.
func EncodePairs(pairs []*order.Pair, fset *token.FileSet) *PairsFact {
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
		w.lock(p.Want)
		list(w, p.Held, w.lock)
	}
	return &PairsFact{w.pack()}
}

func (w *writer) lock(l order.Lock) {
	w.str(l.Class)
	w.str(l.Declared)
	w.str(l.Within)
	w.uint(int(l.Mode))
	w.uint(boolInt(l.Maybe) | boolInt(l.Crossed)<<1)
	w.trace(l.Steps)
}

// Decode returns the pairs. Its error says that the data is damaged or of another
// version.
func (f *PairsFact) Decode() (pairs []*order.Pair, err error) {
	defer refuse(&err)
	r := unpack(f.Data, nil)
	for range r.count() {
		p := &order.Pair{Pkg: r.str(), Root: r.str(), Alone: r.flag(), Want: r.lock()}
		for range r.count() {
			p.Held = append(p.Held, r.lock())
		}
		pairs = append(pairs, p)
	}
	r.end()
	return pairs, nil
}

func (r *reader) lock() order.Lock {
	l := order.Lock{Class: r.str(), Declared: r.str(), Within: r.str(), Mode: model.Mode(r.uint())}
	l.Maybe, l.Crossed = r.flags()
	l.Steps = r.trace()
	if len(l.Steps) == 0 {
		panic(errCorrupt)
	}
	return l
}
