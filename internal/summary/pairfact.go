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

// EncodePairs makes a fact of pairs, and of the sealed fields that importers may ask for; nil if there are neither.
func (p *Package) EncodePairs(pairs []*order.Pair, fset *token.FileSet) *PairsFact {
	pairs = pairs[:min(len(pairs), limits.MaxFactPairs)]
	fields := p.sealedIn(pairs)
	if len(pairs) == 0 && len(fields) == 0 {
		return nil
	}
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
	list(w, fields, w.str)
	return &PairsFact{w.pack()}
}

// sealedIn returns the fields that are sealed among those in which the objects with locks were found: the locks of the pairs, and those of
// the functions that importers can call.
func (p *Package) sealedIn(pairs []*order.Pair) (fields []string) {
	asked := make(map[string]bool)
	add := func(within string) {
		if f := path.FieldOf(within); f != "" && !asked[f] {
			if asked[f] = true; p.Sealed(f) {
				fields = append(fields, f)
			}
		}
	}
	for _, pair := range pairs {
		add(pair.Want.Within)
		for _, h := range pair.Held {
			add(h.Within)
		}
	}
	lock := func(n *path.Node) {
		if n != nil {
			add(n.Within())
		}
	}
	for fn, s := range p.Summaries {
		if !token.IsExported(fn.Name()) {
			continue
		}
		for i := range s.Events {
			lock(s.Events[i].Lock)
			for _, h := range s.Events[i].Held {
				lock(h.Lock)
			}
		}
		for i := range s.Points {
			lock(s.Points[i].Lock)
			for _, h := range s.Points[i].Held {
				lock(h.Lock)
			}
		}
	}
	slices.Sort(fields)
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
