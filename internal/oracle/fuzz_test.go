package oracle

import (
	"bytes"
	"encoding/gob"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/oracle/gen"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/summary"
)

// FuzzEngine changes programs at random: those of the generator and the golden packages.
// What still type-checks must not break what the engine promises.
func FuzzEngine(f *testing.F) {
	for _, source := range seeds(f) {
		f.Add(source, []byte{3, 1, 4, 1, 5, 9, 2, 6, 5})
	}
	f.Fuzz(func(t *testing.T, source, edits []byte) { promises(t, source, edits) })
}

var mutations = flag.Int("mutations", 60, "programs that TestMutations makes")

// TestMutations is FuzzEngine without the search for new paths through lockvet, which needs
// all of it built anew: many more programs in the same time.
func TestMutations(t *testing.T) {
	from := seeds(t)
	r := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for range *mutations {
		edits := make([]byte, 3*(1+r.IntN(8)))
		for i := range edits {
			edits[i] = byte(r.Uint32())
		}
		if promises(t, from[r.IntN(len(from))], edits) {
			checked++
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d of %d programs type-check", checked, *mutations)
	if checked < *mutations/6 {
		t.Error("too few to tell anything")
	}
}

// seeds are programs of the generator and the golden packages.
func seeds(t testing.TB) (all [][]byte) {
	for n := range 40 {
		all = append(all, []byte(gen.Header+gen.New(3, n).Source))
	}
	golden, err := filepath.Glob("../../testdata/src/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range golden {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source)
	}
	return all
}

// promises changes a program and checks what the engine promises of it. It reports whether
// the program still type-checks.
func promises(t *testing.T, source, edits []byte) bool {
	mutated, ok := mutate(source, edits)
	if !ok {
		return false
	}
	p, err := Load(mutated)
	if err != nil || p.file.soft {
		return false
	}
	one, two := engine(t, p), engine(t, p)
	if one != two {
		t.Errorf("two runs differ:\n%s\n\n%s", one, two)
	}
	a, err := p.Analyse()
	if err != nil {
		t.Error(err)
	}
	b, err := p.Analyse()
	if err != nil || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("two runs differ, or fail: %v\n%v\n%v", err, a, b)
	}
	if t.Failed() {
		t.Log(mutated)
	}
	return true
}

// mutate changes a source file: each three bytes of edits are one change, of a list of
// statements somewhere: one is dropped, doubled, moved, or copied from elsewhere.
func mutate(source, edits []byte) (string, bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		return "", false
	}
	var lists []*[]ast.Stmt
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			lists = append(lists, &n.List)
		case *ast.CaseClause:
			lists = append(lists, &n.Body)
		case *ast.CommClause:
			lists = append(lists, &n.Body)
		}
		return true
	})
	if len(lists) == 0 {
		return "", false
	}
	for ; len(edits) >= 3; edits = edits[3:] {
		at, from := lists[int(edits[0])%len(lists)], lists[int(edits[2])%len(lists)]
		if len(*at) == 0 || len(*from) == 0 {
			continue
		}
		i, j := int(edits[1])%len(*at), int(edits[1]/7)%len(*from)
		s := (*from)[j]
		switch edits[1] % 5 {
		case 0:
			*at = slices.Delete(slices.Clone(*at), i, i+1)
		case 1:
			*at = slices.Insert(slices.Clone(*at), i, (*at)[i])
		case 2:
			(*at)[i], (*at)[len(*at)-1] = (*at)[len(*at)-1], (*at)[i]
		default:
			if !slices.ContainsFunc(*at, func(x ast.Stmt) bool { return contains(s, x) }) { // no cycles
				*at = slices.Insert(slices.Clone(*at), i, s)
			}
		}
	}
	var b bytes.Buffer
	file.Comments = nil
	if err := format.Node(&b, fset, file); err != nil || b.Len() > 100_000 {
		return "", false
	}
	return b.String(), true
}

func contains(tree, x ast.Node) (found bool) {
	ast.Inspect(tree, func(n ast.Node) bool {
		found = found || n == x
		return !found
	})
	return found
}

// engine runs the engine, checks what it promises, and returns all it says about functions.
func engine(t *testing.T, p *Package) string {
	f := p.file
	pkg := &packages.Package{ID: "p", Name: "p", PkgPath: "example.com/p", Fset: f.fset, Syntax: []*ast.File{f.ast},
		Types: f.pkg, TypesInfo: f.info, TypesSizes: types.SizesFor("gc", "amd64")}
	graph, err := checker.Analyze([]*analysis.Analyzer{buildssa.Analyzer}, []*packages.Package{pkg}, &checker.Options{Sequential: true})
	if err != nil || graph.Roots[0].Err != nil {
		t.Fatal(err, graph.Roots[0].Err)
	}
	built := graph.Roots[0].Result.(*buildssa.SSA)
	none := func(types.Object, *path.Table) *flow.Summary { return nil }
	res := summary.Analyze(built.Pkg, built.SrcFuncs, summary.Imports{Summary: none}, nil, true, nil, nil)
	// A function is walked once, or twice in a recursive component.
	if limit := 2 * res.Stats.Walked * (limits.MaxWork + 1000); res.Stats.Steps > limit {
		t.Errorf("%d steps for %d functions", res.Stats.Steps, res.Stats.Walked)
	}
	var lines []string
	for fn, s := range res.Summaries {
		lines = append(lines, fn.String()+": "+s.String())
		if s.Never && len(s.Outcomes) > 0 {
			t.Errorf("%s never returns, and returns with %d outcomes", fn, len(s.Outcomes))
		}
		for _, o := range s.Outcomes {
			outcome(t, fn.String(), len(o.Results), fn.Signature.Results().Len(), o, s)
		}
		if fn.Object() == nil {
			continue // a literal, which other packages have no name for
		}
		if fact := encode(fn.Name(), s, f.fset); fact != nil {
			if fact.Has(fn.Name()) {
				roundTrip(t, fn.Name(), fact)
			}
			lines = append(lines, fmt.Sprintf("%s: %x %q", fn, fact.Data, fact.Made))
		}
	}
	slices.Sort(lines)
	for _, x := range res.Findings {
		lines = append(lines, fmt.Sprint(x.Kind, x.Fn, f.fset.Position(x.Pos)))
	}
	for _, x := range res.Leaks {
		lines = append(lines, fmt.Sprint(x.Fn, f.fset.Position(x.Exit)))
	}
	return fmt.Sprintf("%q", lines)
}

// outcome checks one way for a function to return: what it says of a lock, it says once.
func outcome(t *testing.T, fn string, results, want int, o flow.Outcome, s *flow.Summary) {
	if results != want {
		t.Errorf("%s: an outcome has %d results of %d", fn, results, want)
	}
	for i, n := range o.Nets {
		if n.Delta != 1 && n.Delta != -1 {
			t.Errorf("%s changes %v by %d", fn, n.Lock, n.Delta)
		}
		for _, m := range o.Nets[:i] {
			if m.Lock == n.Lock && m.Mode == n.Mode && m.Delta != n.Delta {
				t.Errorf("%s acquires and releases %s", fn, s.String())
			}
		}
		for _, free := range s.Freed {
			if free.Lock == n.Lock && n.Delta > 0 && free.Mode == n.Mode {
				t.Errorf("%s has freed what it returns with: %s", fn, s.String())
			}
		}
	}
}

func encode(fn string, s *flow.Summary, fset *token.FileSet) *summary.Fact {
	all := func(string) bool { return true }
	return summary.Encode(map[string]summary.Export{fn: summary.Exported(s, nil, all, nil, path.NewTable())}, fset)
}

// roundTrip sends a fact through gob, as drivers do, and through the decoder.
func roundTrip(t *testing.T, fn string, fact *summary.Fact) {
	var b bytes.Buffer
	var got summary.Fact
	if err := gob.NewEncoder(&b).Encode(fact); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&b).Decode(&got); err != nil || !bytes.Equal(got.Data, fact.Data) {
		t.Fatalf("%s: %v, or other bytes", fn, err)
	}
	d, err := got.Open(path.NewTable())
	if err != nil {
		t.Fatalf("%s: %v", fn, err)
	}
	decoded, err := d.Summary(fn)
	if err != nil {
		t.Fatalf("%s: %v", fn, err)
	}
	again := encode(fn, decoded, token.NewFileSet())
	if again == nil || !bytes.Equal(again.Data, fact.Data) {
		t.Errorf("%s: %s comes back as something else: %q, %q", fn, fact, fact.Data, again)
	}
}
