// Command lockvet finds misuse of locks in Go programs.
//
// A person calls it with packages; go vet calls it as its vet tool; an editor
// calls it as a language server. What it can do is written in docs/cli.md and
// docs/editors.md and printed by "lockvet help".
package main

import (
	"os"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/lsp"
	"github.com/lockvet/lockvet/passes"
	"github.com/lockvet/lockvet/passes/why"
)

func main() {
	suite := frontend.Suite{Analyzers: passes.Analyzers, Catalogue: passes.Catalogue, Optional: passes.Optional(), Why: why.New}
	if code, ok := lsp.Main(os.Args, suite); ok {
		os.Exit(code)
	}
	os.Exit(frontend.Main(suite))
}
