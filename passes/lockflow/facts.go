package lockflow

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/guard"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/summary"
)

// facts reads what other packages have exported.
type facts struct {
	pass     *analysis.Pass
	read     map[any]*imported                      // by owner: an object, or else a package
	declared map[*types.Package]*guard.Declarations // nil for a package that declares no guards
	refused  error                                  // why they cannot be used, if they can't
}

// imported is a fact, and what decodes it once somebody needs that.
type imported struct {
	summary.Fact
	decoder *summary.Decoder
}

// of returns the fact that tells of an object and the object's name in it. The fact is empty
// if there is none.
func (f *facts) of(obj types.Object) (*imported, string) {
	owner, name := summary.Owner(obj)
	key := any(owner)
	if owner == nil {
		key = obj.Pkg()
	}
	fact, ok := f.read[key]
	if !ok {
		fact = new(imported)
		if owner == nil {
			f.pass.ImportPackageFact(obj.Pkg(), &fact.Fact)
		} else {
			f.pass.ImportObjectFact(owner, &fact.Fact)
		}
		f.read[key] = fact
	}
	return fact, name
}

// guards returns the guards that another package declares, nil if there are none.
func (f *facts) guards(pkg *types.Package) *guard.Declarations {
	d, ok := f.declared[pkg]
	if !ok {
		if fact := new(guard.Declarations); f.pass.ImportPackageFact(pkg, fact) {
			d = fact
		}
		if f.declared == nil {
			f.declared = make(map[*types.Package]*guard.Declarations)
		}
		f.declared[pkg] = d
	}
	return d
}

// tell reports whether a function or variable of another package has to do with locks.
func (f *facts) tell(obj types.Object) bool {
	fact, name := f.of(obj)
	return fact.Has(name) || fact.Has(name+returned) || fact.Has(implementation)
}

// implementation is the name under which the fact of an interface method tells of its only implementation.
const implementation = "implementation"

// implemented returns the summary of the only implementation of an interface method of another package; nil if there is none.
func (f *facts) implemented(obj types.Object, t *path.Table) *flow.Summary {
	fact, _ := f.of(obj)
	return f.decode(fact, obj, implementation, t)
}

// returned returns the summary of the literal that a function of another package returns; nil if there is none.
func (f *facts) returned(obj types.Object, t *path.Table) *flow.Summary {
	fact, name := f.of(obj)
	return f.decode(fact, obj, name+returned, t)
}

// returned follows the name of a function where the fact tells of the literal that it returns.
const returned = "()"

// puts follows the name of a function where the fact tells what it puts into fields.
const puts = "<-"

// filling returns what a function of another package puts into fields; nil if there is nothing.
func (f *facts) filling(obj types.Object, t *path.Table) *flow.Summary {
	fact, name := f.of(obj)
	return f.decode(fact, obj, name+puts, t)
}

// summary returns the summary of an object of another package; nil if there is none.
func (f *facts) summary(obj types.Object, t *path.Table) (s *flow.Summary) {
	fact, name := f.of(obj)
	if fn, ok := obj.(*types.Func); ok && fact.Makes(name) != summary.Never {
		return fact.Makes(name).Summary(t, fn.Signature().Results().Len())
	}
	return f.decode(fact, obj, name, t)
}

// decode returns the summary with a name in a fact about an object; nil if there is none.
func (f *facts) decode(fact *imported, obj types.Object, name string, t *path.Table) (s *flow.Summary) {
	if !fact.Has(name) {
		return nil
	}
	var err error
	if fact.decoder == nil {
		fact.decoder, err = fact.Open(t)
	}
	if err == nil {
		s, err = fact.decoder.Summary(name)
	}
	if err != nil {
		// cmd/go and the others keep facts by the version of the tool, so this is
		// a cache that got damaged. What rests on it would be wrong for good.
		f.refuse(obj.Pkg(), err)
		return nil
	}
	return s
}

// pairs returns the critical pairs of packages that this one imports, and fields of theirs that are sealed
// (see summary.Package.Sealed).
func (f *facts) pairs() (pairs []*order.Pair, sealed map[string]bool) {
	sealed = make(map[string]bool)
	for _, other := range f.pass.AllPackageFacts() {
		fact, ok := other.Fact.(*summary.PairsFact)
		if !ok || other.Package == f.pass.Pkg {
			continue
		}
		more, fields, err := fact.Decode()
		if err != nil {
			f.refuse(other.Package, err)
			return nil, nil
		}
		pairs = append(pairs, more...)
		for _, field := range fields {
			sealed[field] = true
		}
	}
	return pairs, sealed
}

// refuse notes facts that cannot be decoded.
func (f *facts) refuse(pkg *types.Package, err error) {
	f.refused = fmt.Errorf("facts of package %s are not used: %w; `go clean -cache` makes new ones", pkg.Path(), err)
}

// exportSummaries hands to importers what functions do that they can call. taken is the size
// of the facts about the package that there are already.
func exportSummaries(pass *analysis.Pass, p *summary.Package, taken int) {
	owned := make(map[types.Object]map[string]summary.Export)
	file := func(owner types.Object, name string, s *flow.Summary, results *summary.Results) {
		if owned[owner] == nil {
			owned[owner] = make(map[string]summary.Export)
		}
		owned[owner][name] = summary.Exported(s, results, p.Live, p.Filled, p.Table)
	}
	add := func(obj types.Object, s *flow.Summary) {
		if fn, ok := obj.(*types.Func); !obj.Exported() || ok && summary.IsTest(pass.Fset, fn.Name(), fn.Signature(), fn.Pos()) {
			return
		}
		owner, name := summary.Owner(obj)
		var results *summary.Results
		if fn, ok := obj.(*types.Func); ok {
			results = &summary.Results{Sig: fn.Signature(), Stays: p.Contents.Stays}
		}
		file(owner, name, s, results)
	}
	for fn, s := range p.Summaries {
		if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic == "" {
			add(obj, s)
		}
	}
	for obj, s := range p.Declared {
		add(obj, s)
	}
	for fn, s := range p.Returned {
		owner, name := summary.Owner(fn)
		file(owner, name+returned, s, nil)
	}
	for fn, s := range p.Puts {
		owner, name := summary.Owner(fn)
		file(owner, name+puts, s, nil)
	}
	for m, s := range p.Implemented {
		file(m, implementation, s, nil)
	}
	for owner, fact := range summary.Facts(pass.Pkg, pass.Fset, owned, taken, &p.Table.Limits) {
		if owner == nil {
			pass.ExportPackageFact(fact)
		} else {
			pass.ExportObjectFact(owner, fact)
		}
	}
}

// exportPairs hands to importers the pairs that may concern them; size is how much that is.
func exportPairs(pass *analysis.Pass, p *summary.Package) (pairs []*order.Pair, size int) {
	pairs = slices.DeleteFunc(slices.Clone(p.Pairs), func(pair *order.Pair) bool { return pair.With != nil || !p.Live(pair.Want.Class) })
	if len(pairs) > limits.MaxFactPairs {
		p.Table.Limits.Hit(limits.FactPairs)
	}
	if fact := p.EncodePairs(pairs, pass.Fset); fact != nil && !externalTest(pass) {
		pass.ExportPackageFact(fact)
		size = len(fact.Data)
	}
	return pairs, size
}

// externalTest reports whether the package consists of tests alone: nobody imports it.
func externalTest(pass *analysis.Pass) bool {
	return !slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return !model.InTest(pass.Fset, f.FileStart) })
}

// declarations returns the orders of locks that comments declare, this package's first,
// and hands those to importers.
func declarations(pass *analysis.Pass, contracts *contract.Set) (all []*order.Declarations) {
	if contracts != nil && len(contracts.Orders) > 0 {
		own := new(order.Declarations)
		for _, o := range contracts.Orders {
			p := pass.Fset.Position(o.Pos)
			at := fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
			for i, class := range o.Classes {
				switch {
				case o.Leaf:
					own.Leaves = append(own.Leaves, order.Leaf{Class: class, At: at})
				case i > 0:
					own.Before = append(own.Before, order.Before{First: o.Classes[i-1], Second: class, At: at})
				}
			}
		}
		pass.ExportPackageFact(own)
	}
	for _, other := range pass.AllPackageFacts() {
		if d, ok := other.Fact.(*order.Declarations); ok {
			if other.Package == pass.Pkg {
				all = slices.Insert(all, 0, d)
			} else {
				all = append(all, d)
			}
		}
	}
	return all
}
