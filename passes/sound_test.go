package passes

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyssa"
	"github.com/lockvet/lockvet/passes/guardedby"
	"github.com/lockvet/lockvet/passes/slowlock"
)

// All checks of a package share its SSA, and leave it as it is.
func TestSharedSSA(t *testing.T) {
	golden, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	slowlock.Follow()
	guardedby.Follow()
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: filepath.Join(golden, "src"),
		Env: append(os.Environ(), "GO111MODULE=off", "GOPATH="+golden, "GOWORK=off", "GOFLAGS="),
	}, "condwait/...", "blockinglock/...", "lockorder/...", "waitgroups/...", "guardedby/...", "doublelock", "missingunlock", "unlockunheld")
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	last := &analysis.Analyzer{
		Name: "last", Doc: "look at the SSA after all checks",
		Requires: append(Analyzers(Optional()...), lazyssa.Analyzer),
		Run: func(pass *analysis.Pass) (any, error) {
			built, err := lazyssa.Of(pass)
			if err != nil {
				return nil, err
			}
			for _, fn := range built.SrcFuncs {
				for _, b := range fn.Blocks {
					blocks++
					if !agree(b) {
						t.Errorf("%s: block %d leads to %v, which do not come from it", fn, b.Index, b.Succs)
					}
				}
			}
			return nil, nil
		},
	}
	if _, err := checker.Analyze([]*analysis.Analyzer{last}, pkgs, &checker.Options{Sequential: true}); err != nil {
		t.Fatal(err)
	}
	if blocks < 1000 {
		t.Errorf("looked at %d blocks only", blocks)
	}
}

// agree reports whether the blocks that a block leads to say that they come from it, and the other way round.
func agree(b *ssa.BasicBlock) bool {
	for _, s := range b.Succs {
		if !slices.Contains(s.Preds, b) {
			return false
		}
	}
	for _, p := range b.Preds {
		if !slices.Contains(p.Succs, b) {
			return false
		}
	}
	return true
}
