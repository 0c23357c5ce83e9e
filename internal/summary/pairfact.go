package summary

import (
	"go/token"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
)

// A PairsFact holds those critical pairs of a package that may be part of a deadlock
// with locks of other packages. Data is encoded like that of a [Fact].
type PairsFact struct{ Data []byte }

// AFact marks PairsFact as an analysis.Fact.
func (*PairsFact) AFact() {}

// maxFactPairs bounds the pairs of one package.
const maxFactPairs = 200

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
	pairs = pairs[:min(len(pairs), maxFactPairs)]
	e := encoder{fset: fset, buf: []byte{factVersion}, strings: map[string]int{}}
	e.uint(len(pairs))
	for _, p := range pairs {
		e.str(p.Pkg)
		e.str(p.Root)
		e.flag(p.Alone)
		e.lock(p.Want)
		e.uint(len(p.Held))
		for _, h := range p.Held {
			e.lock(h)
		}
	}
	return &PairsFact{e.buf}
}

func (e *encoder) lock(l order.Lock) {
	e.str(l.Class)
	e.str(l.Declared)
	e.str(l.Within)
	e.uint(int(l.Mode))
	e.flag(l.Maybe)
	e.steps(l.Steps)
}

// Decode returns the pairs. Its error says that the data is damaged or of another
// version.
func (f *PairsFact) Decode() (pairs []*order.Pair, err error) {
	d, err := newDecoder(f.Data, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if recovered(recover()) {
			pairs, err = nil, errCorrupt
		}
	}()
	for range d.count() {
		p := &order.Pair{Pkg: d.str(), Root: d.str(), Alone: d.byte() == 1, Want: d.lock()}
		for range d.count() {
			p.Held = append(p.Held, d.lock())
		}
		pairs = append(pairs, p)
	}
	d.end()
	return pairs, nil
}

func (d *decoder) lock() order.Lock {
	l := order.Lock{Class: d.str(), Declared: d.str(), Within: d.str(), Mode: model.Mode(d.uint()), Maybe: d.byte() == 1, Steps: d.steps()}
	if len(l.Steps) == 0 {
		panic(errCorrupt)
	}
	return l
}
