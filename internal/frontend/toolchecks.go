package frontend

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/rules"
)

// isChecksFlag reports whether an argument of the vet tool says what is wanted.
func isChecksFlag(arg string) bool {
	name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
	return ok && name == checksFlag && strings.HasPrefix(arg, "-")
}

// selectChecks makes the checks find what the argument at i says. It returns them, and
// the arguments for unitchecker, which name the checks that are to run.
func selectChecks(args []string, i int, suite Suite) (analyzers []*analysis.Analyzer, rest []string, err error) {
	analyzers = suite.Catalogue()
	_, list, _ := strings.Cut(args[i], "=")
	s, err := rules.Parse(strings.Split(list, ","), nil, analyzers, suite.Optional)
	if err != nil {
		return nil, nil, fmt.Errorf("-%s: %v", checksFlag, err)
	}
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && slices.ContainsFunc(analyzers, func(a *analysis.Analyzer) bool { return a.Name == name }) {
			return nil, nil, fmt.Errorf("-%s says what is to be found, and so not with -%s", checksFlag, name)
		}
	}
	// Only those off by default that are wanted are made at all: they cost much.
	var optional []string
	for _, a := range analyzers {
		if slices.Contains(suite.Optional, a.Name) && s.WantsAny(a) {
			optional = append(optional, a.Name)
		}
	}
	analyzers = suite.Analyzers(optional...)
	run, err := s.Apply(analyzers, forTool)
	if err != nil {
		return nil, nil, err
	}
	if len(run) == 0 {
		return nil, nil, fmt.Errorf("-%s=%s leaves nothing to be found", checksFlag, list)
	}
	if wantsWhy(args) {
		run = append(run, whyCheck)
	}
	for _, name := range run {
		rest = append(rest, "-"+name)
	}
	return analyzers, append(rest, slices.Delete(slices.Clone(args), i, i+1)...), nil
}

// tagMessages makes a check say its name, and the category, at the end of a message:
// go vet shows nothing else of them, and comments that silence a finding need them.
func tagMessages(a *analysis.Analyzer) {
	name, run := a.Name, a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		tagged := *pass
		tagged.Report = func(d analysis.Diagnostic) {
			if !forTool(d) {
				d.Message += " [" + rules.Name(name, d.Category) + "]"
			}
			pass.Report(d)
		}
		return run(&tagged)
	}
}
