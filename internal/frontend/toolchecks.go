package frontend

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
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
	s, err := rules.Parse(append(strings.Split(list, ","), switchedOn(args, rules.OffByDefault(analyzers))...), nil, analyzers, suite.Optional)
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

// uniteForVet keeps a check from reporting a bug that the check which is like it reports
// in the same line, as the lockvet command does. The arguments are those for unitchecker.
func uniteForVet(analyzers []*analysis.Analyzer, args []string) {
	byName := make(map[string]*analysis.Analyzer)
	for _, a := range analyzers {
		byName[a.Name] = a
	}
	for name, other := range alike {
		dropped, kept := byName[name], byName[other]
		if dropped == nil || kept == nil || !runs(other, byName, args) {
			continue
		}
		lines := make(map[token.Position]bool)
		watchReports(kept, func(line token.Position) bool {
			lines[line] = true
			return true
		})
		dropped.Requires = append(slices.Clone(dropped.Requires), kept) // so that it runs later
		watchReports(dropped, func(line token.Position) bool { return !lines[line] })
	}
}

// runs reports whether unitchecker runs a check for its findings: all checks do without
// arguments that name one; "-NAME=false" takes one out.
func runs(name string, checks map[string]*analysis.Analyzer, args []string) bool {
	wanted := true
	for _, arg := range args {
		flag, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || checks[flag] == nil {
			continue
		}
		on, err := strconv.ParseBool(value)
		on = on && err == nil || !hasValue
		if flag == name {
			return on
		}
		wanted = wanted && !on
	}
	return wanted
}

// watchReports lets keep decide, by its line, whether a diagnostic of a check is reported.
func watchReports(a *analysis.Analyzer, keep func(line token.Position) bool) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		watched := *pass
		watched.Report = func(d analysis.Diagnostic) {
			at := pass.Fset.Position(d.Pos)
			if keep(token.Position{Filename: at.Filename, Line: at.Line}) {
				pass.Report(d)
			}
		}
		return run(&watched)
	}
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
