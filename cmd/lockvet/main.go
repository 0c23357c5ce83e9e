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
)

func main() {
	if code, ok := lsp.Main(os.Args, passes.Analyzers()); ok {
		os.Exit(code)
	}
	os.Exit(frontend.Main(frontend.Suite{Analyzers: passes.Analyzers, Optional: passes.Optional()}))
}
