// Command lockvet finds misuse of locks in Go programs.
//
// A person calls it with packages; go vet calls it as its vet tool. What it can
// do is written in docs/cli.md and printed by "lockvet help".
package main

import (
	"os"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/passes"
)

func main() { os.Exit(frontend.Main(passes.Analyzers())) }
