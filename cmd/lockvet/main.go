// Command lockvet finds misuse of locks in Go programs.
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/lockvet/lockvet/passes"
)

func main() { unitchecker.Main(passes.Analyzers()...) }
