package model

import (
	"go/token"
	"strings"
)

// InTest reports whether a position is in a test file, which importers of the package
// never see.
func InTest(fset *token.FileSet, pos token.Pos) bool {
	return strings.HasSuffix(fset.Position(pos).Filename, "_test.go")
}
