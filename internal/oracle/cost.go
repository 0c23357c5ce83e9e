package oracle

import (
	"fmt"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes"
)

// A Package is one source file that type-checks.
type Package struct{ file *file }

// Load parses and type-checks a source file that imports nothing but the standard
// library. Unused variables and labels are no error.
func Load(source string) (*Package, error) {
	f, err := load(source)
	if err != nil {
		return nil, fmt.Errorf("does not type-check: %w", err)
	}
	return &Package{f}, nil
}

// Analyse runs all checks of lockvet, those too that are off by default. The error is
// that of a check that fails.
func (p *Package) Analyse() ([]Finding, error) {
	return analyse(p.file, everything())
}

// everything are all checks. To choose them sets flags, which goroutines must not do at
// the same time.
var everything = sync.OnceValue(func() []*analysis.Analyzer { return passes.Analyzers(passes.Optional()...) })

// judged are the analyzers that the oracle knows the truth about, with all their categories. To switch these on sets flags, too.
var judged = sync.OnceValue(func() (as []*analysis.Analyzer) {
	for _, a := range passes.Analyzers() {
		switch a.Name {
		case "missingunlock", "doublelock", "unlockunheld":
			as = append(as, a)
		}
	}
	rules.SwitchOn(rules.All(as)...)
	return as
})
