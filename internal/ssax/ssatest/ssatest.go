// Package ssatest makes SSA of small sources, for the tests of the engine's rooms.
package ssatest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// A Package is a source file, type-checked and in SSA form.
type Package struct {
	SSA   *ssa.Package
	Files []*ast.File
	Info  *types.Info
	Fset  *token.FileSet
	// Funcs are the functions that the source writes, literals among them, in the order of their positions.
	Funcs []*ssa.Function

	marks map[string]int
}

// std imports the standard library, once for all sources. An importer is not safe for concurrent use.
var std struct {
	sync.Mutex
	types.Importer
}

// importing looks among other packages before it asks for the standard library.
type importing []*Package

func (others importing) Import(path string) (*types.Package, error) {
	for _, p := range others {
		if p.SSA.Pkg.Path() == path {
			return p.SSA.Pkg, nil
		}
	}
	std.Lock()
	defer std.Unlock()
	if std.Importer == nil {
		std.Importer = importer.Default()
	}
	return std.Import(path)
}

// Build makes the package path, called by its last element, of what stands below the package clause. Its file is
// called as the package, and its lines are those of src. It may import others, by their paths. A source that is not Go ends
// the test.
func Build(t testing.TB, path, src string, others ...*Package) *Package {
	t.Helper()
	name := path[strings.LastIndexByte(path, '/')+1:]
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name+".go", "package "+name+"; "+src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p := &Package{Files: []*ast.File{file}, Fset: fset, marks: marks(src)}
	p.SSA, p.Info, err = ssautil.BuildPackage(&types.Config{Importer: importing(others)}, fset, types.NewPackage(path, name), p.Files, 0)
	if err != nil {
		t.Fatal(err)
	}
	for fn := range ssautil.AllFunctions(p.SSA.Prog) {
		if fn.Pkg == p.SSA && fn.Syntax() != nil {
			p.Funcs = append(p.Funcs, fn)
		}
	}
	slices.SortFunc(p.Funcs, func(a, b *ssa.Function) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return p
}

// mark is a comment that gives its line a name.
var mark = regexp.MustCompile(`// @(\w+)$`)

func marks(src string) map[string]int {
	lines := make(map[string]int)
	for i, line := range strings.Split(src, "\n") {
		if m := mark.FindStringSubmatch(line); m != nil {
			lines[m[1]] = i + 1
		}
	}
	return lines
}

// Func returns the function that SSA calls name: F, F$1 or T.method, without regard to a pointer. The test ends if
// there is none.
func (p *Package) Func(t testing.TB, name string) *ssa.Function {
	t.Helper()
	for _, fn := range p.Funcs {
		if recv := fn.Signature.Recv(); recv == nil && fn.Name() == name || recv != nil && receiver(recv.Type())+"."+fn.Name() == name {
			return fn
		}
	}
	t.Fatalf("there is no function %s", name)
	return nil
}

func receiver(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.(*types.Named).Obj().Name()
}

// Line returns the line that ends with the comment // @name. The test ends if there is none.
func (p *Package) Line(t testing.TB, name string) int {
	t.Helper()
	line, ok := p.marks[name]
	if !ok {
		t.Fatalf("no line is marked with // @%s", name)
	}
	return line
}

// Marked writes @name in a text in the place of the position, file and line, of each line that is marked so.
func (p *Package) Marked(text string) string {
	file := p.Fset.Position(p.Files[0].Package).Filename
	for name, line := range p.marks {
		text = regexp.MustCompile(regexp.QuoteMeta(fmt.Sprintf("%s:%d", file, line))+`\b`).ReplaceAllString(text, "@"+name)
	}
	return text
}
