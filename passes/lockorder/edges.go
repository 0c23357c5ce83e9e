package lockorder

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// graph makes the analyzer hand over which locks it has seen waited for under which.
var graph bool

// reportEdges reports a diagnostic that carries the edges of the package's pairs.
func reportEdges(pass *analysis.Pass, res *lockflow.Result) {
	b := ordergraph.Bundle{Pkg: pass.Pkg.Path()}
	places := func(steps []*flow.Step) (out []ordergraph.Place) {
		for _, s := range steps {
			file, line := s.Base(), s.Line
			if s.Pos.IsValid() {
				p := pass.Fset.Position(s.Pos)
				file, line = p.Filename, p.Line
			}
			out = append(out, ordergraph.Place{File: file, Line: line, Func: s.Func, What: s.What})
		}
		return out
	}
	// What a test hands to other code is on a way that begins elsewhere.
	inTest := func(steps []*flow.Step) bool {
		return slices.ContainsFunc(steps, func(s *flow.Step) bool {
			return s.Pos != token.NoPos && model.InTest(pass.Fset, s.Pos)
		})
	}
	var edges ordergraph.Collect
	for _, p := range res.Pairs {
		for _, h := range p.Held {
			if h.Class == p.Want.Class || h.Declared != "" && h.Declared == p.Want.Declared {
				continue // perhaps one lock, and at any rate no order of two
			}
			edges.Add(h.Class, p.Want.Class, &ordergraph.Way{
				Pkg: p.Pkg, Root: p.Root, Held: places(h.Steps), Want: places(p.Want.Steps),
				Read:  h.Mode == model.Read && p.Want.Mode == model.Read,
				Maybe: h.Maybe, Test: inTest(h.Steps) || inTest(p.Want.Steps),
			})
		}
	}
	b.Edges = edges.Edges()
	known := make(map[string]bool)
	withImports(pass.Pkg, known)
	b.Packages = make(map[string]string)
	for _, e := range b.Edges {
		for _, class := range []string{e.From, e.To} {
			b.Packages[class] = ordergraph.PackageOf(class, known)
		}
	}
	if res.Contracts != nil {
		for _, o := range res.Contracts.Orders {
			for i, class := range o.Classes {
				switch {
				case o.Leaf:
					b.Leaves = append(b.Leaves, class)
				case i > 0:
					b.Before = append(b.Before, [2]string{o.Classes[i-1], class})
				}
			}
		}
	}
	if len(b.Edges)+len(b.Before)+len(b.Leaves) > 0 {
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Category: ordergraph.Category, Message: b.Encode()})
	}
}

// withImports adds the paths of a package and of those that it imports, directly or not.
func withImports(pkg *types.Package, known map[string]bool) {
	if !known[pkg.Path()] {
		known[pkg.Path()] = true
		for _, p := range pkg.Imports() {
			withImports(p, known)
		}
	}
}
