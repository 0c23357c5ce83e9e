package lockorder

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// declared judges the pairs of a package by the orders that comments declare.
type declared struct {
	ordergraph.Declared
	leaves map[string]string    // where a lock is declared to be a leaf
	at     map[[2]string]string // where one is declared to be taken before another
}

func newDeclared(all []*order.Declarations) *declared {
	d := &declared{make(ordergraph.Declared), make(map[string]string), make(map[[2]string]string)}
	for _, decls := range all {
		for _, b := range decls.Before {
			d.Add(b.First, b.Second)
			d.at[[2]string{b.First, b.Second}] = b.At
		}
		for _, l := range decls.Leaves {
			d.leaves[l.Class] = l.At
		}
	}
	return d
}

// reportDeclared reports acquisitions against the declared order, and declarations that
// contradict each other.
func reportDeclared(pass *analysis.Pass, res *lockflow.Result, speak *lockflow.Speaker) {
	if len(res.Declared) == 0 {
		return
	}
	d := newDeclared(res.Declared)
	d.contradictions(pass, res)
	circular := d.Circles()
	type key struct {
		pos        int
		held, want string
	}
	seen := make(map[key]bool)
	for _, p := range res.Pairs {
		for _, h := range p.Held {
			if h.Maybe || h.Class == p.Want.Class || h.Declared != "" && h.Declared == p.Want.Declared || slices.Contains(circular, h.Class) {
				continue
			}
			why := d.against(h.Class, p.Want.Class)
			if why == "" {
				continue
			}
			held, want := apart(h.Steps, p.Want.Steps)
			if !want[0].Pos.IsValid() {
				continue // the package that does it says so
			}
			k := key{int(want[0].Pos), h.Class, p.Want.Class}
			if seen[k] {
				continue
			}
			seen[k] = true
			names := func(class string) string { return order.ShortClass(class, pass.Pkg.Path()) }
			from, to := speak.Range(want[0].Pos)
			dg := analysis.Diagnostic{Pos: from, End: to, Category: "declared"}
			dg.Message = brief.Sentence(limit, "%s is locked with %s held (since "+speak.At(held[0])+"), "+why, names(p.Want.Class), names(h.Class))
			dg.Related = append(speak.Related(held, names(h.Class), " first"), speak.Related(want, names(p.Want.Class), ", against the declared order")...)
			pass.Report(dg)
		}
	}
}

// against says why a lock must not be waited for with held held, "" if it may be.
func (d *declared) against(held, want string) string {
	if at, ok := d.leaves[held]; ok {
		return "which is declared a leaf at " + at
	}
	chain := d.Chain(want, held)
	if chain == nil {
		return ""
	}
	var places []string
	for i := range chain[1:] {
		if at := d.at[[2]string{chain[i], chain[i+1]}]; !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	const most = 2
	if len(places) > most {
		places = append(places[:1], fmt.Sprintf("%d other places", len(places)-1))
	}
	return "against the order declared at " + strings.Join(places, " and ")
}

// says lists the declarations that a chain is made of.
func (d *declared) says(chain []string, short func(string) string) string {
	var parts []string
	for i := range chain[1:] {
		parts = append(parts, fmt.Sprintf("%s before %s (%s)", short(chain[i]), short(chain[i+1]), d.at[[2]string{chain[i], chain[i+1]}]))
	}
	return strings.Join(parts, ", ")
}

// contradictions reports the declarations of this package that lead from a lock to itself.
func (d *declared) contradictions(pass *analysis.Pass, res *lockflow.Result) {
	if res.Contracts == nil {
		return
	}
	short := func(class string) string { return order.ShortClass(class, pass.Pkg.Path()) }
	reported := make(map[string]bool)
	for _, o := range res.Contracts.Orders {
		if o.Leaf {
			for _, class := range o.Classes {
				if after := d.Declared[class]; len(after) > 0 {
					pass.Report(analysis.Diagnostic{Pos: o.Pos, End: o.End, Category: "declared", Message: fmt.Sprintf(
						"contradicting declarations: %s is a leaf here, and taken before %s at %s", short(class), short(after[0]), d.at[[2]string{class, after[0]}])})
				}
			}
			continue
		}
		for i := range o.Classes[1:] {
			a, b := o.Classes[i], o.Classes[i+1]
			if a != b && !d.Before(b, a) {
				continue
			}
			chain := []string{a, b}
			if a != b {
				chain = append(chain[:1], d.Chain(b, a)...)
			}
			set := slices.Sorted(slices.Values(chain[1:]))
			if key := strings.Join(set, " "); !reported[key] {
				reported[key] = true
				pass.Report(analysis.Diagnostic{Pos: o.Pos, End: o.End, Category: "declared",
					Message: brief.Fit(limit, "contradicting declarations: "+d.says(chain, short),
						brief.Sentence(limit, "contradicting declarations: %s is before %s here, and after it by others", short(a), short(b)))})
			}
		}
	}
}

// apart leaves out the calls that lead to both operations: where they part is what is to blame.
func apart(held, want []*flow.Step) (h, w []*flow.Step) {
	for len(held) > 1 && len(want) > 1 && held[0].Pos == want[0].Pos && held[0].File == want[0].File && held[0].Line == want[0].Line {
		held, want = held[1:], want[1:]
	}
	return held, want
}
