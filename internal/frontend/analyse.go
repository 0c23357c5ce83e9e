package frontend

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/toolchain"
	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/internal/why/answer"
)

// A Request asks for an analysis on behalf of another program: an editor.
type Request struct {
	Dir      string         // where to run the go command
	Patterns []string       // the packages
	Flags    []string       // more flags for go vet, such as -tags and -overlay
	Env      []string       // more environment for it, as "name=value"
	Settings *config.Config // that go before lockvet.toml; nil if there are none
}

// Analyse runs go vet, with this program as its tool, on the packages of req. The
// report has absolute file names. It also has the findings in dependencies: only
// the caller knows whether it wants them. A package that does not compile is among
// its errors, and nothing else is said of it. If ctx ends first, the go command is
// stopped, and the report means nothing.
func Analyse(ctx context.Context, suite Suite, req Request) Report {
	v, err := prepare(ctx, suite, req)
	if err != nil {
		return Report{Errors: []Failure{{Message: err.Error()}}}
	}
	r, _ := v.analyse(ctx, req.Patterns)
	r.tidy("", v.tests)
	r.keep(v.selection)
	r.finish(suite.Catalogue(), v.config)
	return r
}

// prepare makes ready what runs go vet for a request.
func prepare(ctx context.Context, suite Suite, req Request) (*vet, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find my own executable: %v", err)
	}
	c := &command{dir: req.Dir, buildFlags: req.Flags, tests: true, settings: req.Settings}
	if err := c.settle(suite.Catalogue(), suite.Optional); err != nil {
		return nil, err
	}
	v := &vet{
		command:  c,
		self:     self,
		progress: new(progress),
	}
	if len(req.Env) > 0 {
		v.env = slices.Concat(os.Environ(), []string{"PWD=" + req.Dir}, req.Env)
	}
	return v, toolchain.Check(ctx, req.Dir, v.env)
}

// Held says in Markdown which locks are held at the operations in a line of a file, whose
// text is given, as "lockvet why" does. It is empty if the line has no operation, or its
// package cannot be analysed.
func Held(ctx context.Context, suite Suite, req Request, file, text string, line int) string {
	src, err := answer.Parse(file, text)
	if err != nil {
		return ""
	}
	lines, err := src.Line(line)
	if err != nil {
		return ""
	}
	v, err := prepare(ctx, suite, req)
	if err != nil {
		return ""
	}
	pkg, module, err := v.packageOf(ctx, file)
	if err != nil {
		return ""
	}
	v.patterns = []string{strings.TrimSuffix(pkg, "_test")}
	v.checkFlags = append(v.depth(), "-"+whyCheck+".of="+module)
	v.selection = nil
	r, _ := v.findings(ctx)
	if ctx.Err() != nil {
		return ""
	}
	record := answer.Choose(r.records, pkg, file)
	if record == nil {
		return ""
	}
	a := answer.To(record, src, lines, func(string, why.Place) (why.Rule, bool) { return 0, false })
	return a.Hover(a.Lines[0])
}
