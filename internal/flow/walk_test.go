package flow

import (
	"flag"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/txtar"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

var update = flag.Bool("update", false, "write what walks find to testdata/walk anew")

// TestWalks walks the functions of small sources, callees before callers as they stand there, and compares, for each
// function, the states that come to its blocks, its summary, its points and what is wrong in it. Blocks are called by
// the line of their first instruction, and by the comment that go/ssa gives them.
func TestWalks(t *testing.T) {
	files, err := filepath.Glob("testdata/walk/*.txtar")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 || archive.Files[0].Name != "p.go" || archive.Files[1].Name != "want" {
				t.Fatalf("%s has not p.go and want", name)
			}
			p := ssatest.Build(t, "x/p", string(archive.Files[0].Data))
			got := walks(p)
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if want := string(archive.Files[1].Data); got != want {
				t.Errorf("%s: walks find\n%s\nwant\n%s", name, got, want)
			}
		})
	}
}

// walks returns what the walks of the functions of p find, in the order in which the functions stand there, literals before
// the functions around them.
func walks(p *ssatest.Package) string {
	var b strings.Builder
	table := path.NewTable()
	env := &packageEnv{sums: make(map[*ssa.Function]*Summary)}
	done := make(map[*ssa.Function]bool)
	var walk func(fn *ssa.Function)
	walk = func(fn *ssa.Function) {
		if done[fn] {
			return
		}
		done[fn] = true
		for _, lit := range fn.AnonFuncs {
			walk(lit) // the function around it runs it, or gives it to somebody to run
		}
		w := newWalker(fn, table, env)
		w.walk()
		env.sums[fn] = w.res.Summary
		fmt.Fprintf(&b, "%s\n", w.name)
		for _, block := range fn.Blocks {
			if w.state[block.Index] == nil {
				continue
			}
			var lines []string
			for _, s := range w.state[block.Index].stood() {
				lines = append(lines, fmt.Sprintf("\t%s: %s\n", blockName(p.Fset, block), s))
			}
			slices.Sort(lines)
			b.WriteString(strings.Join(lines, ""))
		}
		if text := w.res.Summary.String(); text != "" {
			fmt.Fprintf(&b, "\tsummary: %s\n", text)
		}
		for i := range w.res.Summary.Points {
			fmt.Fprintf(&b, "\tpoint: %s\n", &w.res.Summary.Points[i])
		}
		line := func(pos token.Pos) int { return p.Fset.Position(pos).Line }
		for _, f := range w.res.Findings {
			fmt.Fprintf(&b, "\twrong: line %d: %s of %s\n", line(f.Pos), f.Kind, f.Lock)
		}
		for _, k := range w.res.Kept {
			fmt.Fprintf(&b, "\tkeeps: line %d: %s\n", line(k.Exit), k.Lock)
		}
		for _, l := range w.res.Leaks {
			fmt.Fprintf(&b, "\tleak: line %d: %s since line %d\n", line(l.Exit), l.Lock, line(l.Site.Pos()))
		}
	}
	for _, fn := range p.Funcs {
		walk(fn)
	}
	return b.String()
}

// stood returns the states that have stood at the block.
func (bs *blockState) stood() (all []*state) {
	if bs.done == nil {
		return []*state{bs.first}
	}
	for _, s := range bs.done {
		all = append(all, s)
	}
	for _, s := range bs.merged {
		all = append(all, s)
	}
	return all
}

func blockName(fset *token.FileSet, b *ssa.BasicBlock) string {
	for _, instr := range b.Instrs {
		if instr.Pos().IsValid() {
			return fmt.Sprintf("%d %s", fset.Position(instr.Pos()).Line, b.Comment)
		}
	}
	return b.Comment
}

// A packageEnv answers what a walk asks of functions that have been walked before, and of a package in which nothing
// else stands. What it has no answer to, no source in testdata may ask.
type packageEnv struct {
	Env
	sums    map[*ssa.Function]*Summary
	settled Settled
}

func (e *packageEnv) Static(fn *ssa.Function) (*Summary, Writes) {
	sum := e.sums[fn]
	return sum, Writes{Unknown: sum == nil}
}

func (e *packageEnv) Settled() *Settled                              { return &e.settled }
func (*packageEnv) OfType(*ssa.Function, types.Type) []Callee        { return nil }
func (*packageEnv) Returned(*ssa.Function) *Summary                  { return nil }
func (*packageEnv) Dynamic(*path.Node, string) ([]Callee, bool)      { return nil, false }
func (*packageEnv) Method(*ssa.CallCommon, *path.Node) *ssa.Function { return nil }
func (*packageEnv) Declared(*ssa.CallCommon) (string, *Summary)      { return "", nil }
func (*packageEnv) Alias(*path.Table, *path.Node) *path.Node         { return nil }
func (*packageEnv) Kept(*ssa.FieldAddr) *Summary                     { return nil }
func (*packageEnv) Domain(types.Type) []constant.Value               { return nil }
func (*packageEnv) Contract(*ssa.Function) *Contract                 { return nil }
func (*packageEnv) Aliases(*ssa.Function) []Alias                    { return nil }
func (*packageEnv) Slots(ssa.Value) (sending, ok bool)               { return false, false }
func (*packageEnv) OneSlot(ssa.Value) bool                           { return false }
func (*packageEnv) RecoveredBy(*ssa.Function) *ssa.Function          { return nil }
func (*packageEnv) Busy(*ssa.Store) (sets, ok bool)                  { return false, false }
func (*packageEnv) Watch() Watch                                     { return nil }
func (*packageEnv) Uncalled(*ssa.Function) bool                      { return false }
func (*packageEnv) Root(*ssa.Function) bool                          { return false }
func (*packageEnv) OtherObject(string, ssa.Value) bool               { return false }
func (*packageEnv) Sealed(string) bool                               { return false }
func (*packageEnv) Buffered(string) bool                             { return false }
func (*packageEnv) HasLock(string) bool                              { return true }
func (*packageEnv) IsError(string) bool                              { return false }
func (*packageEnv) Unstable(string) bool                             { return false }
func (*packageEnv) Exits(*ssa.Global) bool                           { return false }
func (*packageEnv) NeverHolds(from, to types.Type) bool              { return false }
func (*packageEnv) NeverNil(string) bool                             { return false }
func (*packageEnv) Stays(string) bool                                { return false }
func (*packageEnv) Slow() bool                                       { return false }
