package frontend

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/lockvet/lockvet/internal/toolchain"
)

// A Request asks for an analysis on behalf of another program: an editor.
type Request struct {
	Dir      string   // where to run the go command
	Patterns []string // the packages
	Flags    []string // more flags for go vet, such as -tags and -overlay
	Env      []string // more environment for it, as "name=value"
}

// Analyse runs go vet, with this program as its tool, on the packages of req. The
// report has absolute file names. It also has the findings in dependencies: only
// the caller knows whether it wants them. A package that does not compile is among
// its errors, and nothing else is said of it. If ctx ends first, the go command is
// stopped, and the report means nothing.
func Analyse(ctx context.Context, suite Suite, req Request) Report {
	analyzers := suite.Catalogue()
	self, err := os.Executable()
	if err != nil {
		return Report{Errors: []Failure{{Message: fmt.Sprintf("cannot find my own executable: %v", err)}}}
	}
	c := &command{dir: req.Dir, buildFlags: req.Flags, tests: true}
	if err := c.settle(analyzers, suite.Optional); err != nil {
		return Report{Errors: []Failure{{Message: err.Error()}}}
	}
	v := &vet{
		command:  c,
		self:     self,
		progress: new(progress),
	}
	if len(req.Env) > 0 {
		v.env = slices.Concat(os.Environ(), []string{"PWD=" + req.Dir}, req.Env)
	}
	if err := toolchain.Check(ctx, req.Dir, v.env); err != nil {
		return Report{Errors: []Failure{{Message: err.Error()}}}
	}
	r, _ := v.analyse(ctx, req.Patterns)
	r.tidy("", c.tests)
	r.keep(c.selection)
	r.finish(analyzers, c.config)
	return r
}
