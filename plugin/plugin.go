// Package plugin makes lockvet a linter of golangci-lint, by its module plugin
// system (https://golangci-lint.run/docs/plugins/module-plugins/). Importing it
// registers the linter under the name lockvet. docs/golangci-lint.md is the guide.
package plugin

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/internal/toolchain"
	"github.com/lockvet/lockvet/passes"
)

func init() { register.Plugin("lockvet", New) }

// Settings are what a user writes under linters.settings.custom.lockvet.settings.
type Settings struct {
	// Checks, and categories of checks, whose findings are wanted: "doublelock",
	// "missingunlock/return". Empty is all that golangci-lint does not have itself
	// and that is not off by default.
	Checks []string `json:"checks"`
	// Exclude names those whose findings are not wanted, in the same way.
	Exclude []string `json:"exclude"`
	// Flags of checks, as on lockvet's command line: "-CHECK.FLAG=VALUE".
	Flags []string `json:"flags"`
}

type linter struct {
	checks  []*analysis.Analyzer
	include []string
	exclude []string
}

// New makes the linter from its settings, as golangci-lint has decoded them from
// its configuration. The error says which of them is wrong.
func New(conf any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](conf)
	if err != nil {
		return nil, fmt.Errorf("lockvet: %v (the settings are checks, exclude and flags)", err)
	}
	if err := toolchain.Check(context.Background(), "", nil); err != nil {
		return nil, fmt.Errorf("lockvet: %v", err)
	}
	l := &linter{include: s.Checks, exclude: s.Exclude}
	var named []string // checks that are off by default are among them, or do not run
	for _, name := range s.Checks {
		check, _, _ := strings.Cut(name, "/")
		named = append(named, check)
	}
	for _, a := range passes.Analyzers(named...) {
		if suppress.Borrowed(a.Name) == "" && a.Name != "ignore" { // which needs all the others
			l.checks = append(l.checks, a)
		}
	}
	// golangci-lint does that itself, and its nolintlint calls a comment unneeded that
	// has silenced a finding before golangci-lint sees it. The check ignore, made above,
	// has a flag for it that sets it to false.
	suppress.Off = true
	for _, name := range slices.Concat(s.Checks, s.Exclude) {
		if err := l.known(name); err != nil {
			return nil, fmt.Errorf("lockvet: %v", err)
		}
	}
	for _, f := range s.Flags {
		if err := l.setFlag(f); err != nil {
			return nil, fmt.Errorf("lockvet: %v", err)
		}
	}
	return l, nil
}

// GetLoadMode says that the checks need types.
func (*linter) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers returns the checks that the settings ask for.
func (l *linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	var wanted []*analysis.Analyzer
	for _, a := range l.checks {
		ofCheck := func(name string) bool { check, _, _ := strings.Cut(name, "/"); return check == a.Name }
		if (len(l.include) == 0 || slices.ContainsFunc(l.include, ofCheck)) && !slices.Contains(l.exclude, a.Name) {
			wanted = append(wanted, l.adapt(a))
		}
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("lockvet: the settings leave no check to run")
	}
	return wanted, nil
}

func (l *linter) known(name string) error {
	check, category, _ := strings.Cut(name, "/")
	if other := suppress.Borrowed(check); other != "" {
		return fmt.Errorf("golangci-lint has %s itself, in its linter %s", check, other)
	}
	if slices.Contains(passes.Optional(), check) && !l.has(check) {
		return nil // excluded, and off anyway
	}
	i := slices.IndexFunc(l.checks, func(a *analysis.Analyzer) bool { return a.Name == check })
	if i < 0 {
		var names []string
		for _, a := range l.checks {
			names = append(names, a.Name)
		}
		return fmt.Errorf("there is no check %q; the checks are %s", check, strings.Join(names, ", "))
	}
	if category != "" && !strings.Contains(l.checks[i].Doc, "- "+category+": ") {
		return fmt.Errorf("%s has no category %q", check, category)
	}
	return nil
}

func (l *linter) has(check string) bool {
	return slices.ContainsFunc(l.checks, func(a *analysis.Analyzer) bool { return a.Name == check })
}

func (l *linter) setFlag(text string) error {
	name, value, ok := strings.Cut(strings.TrimLeft(text, "-"), "=")
	check, flag, dotted := strings.Cut(name, ".")
	if !ok || !dotted {
		return fmt.Errorf("flag %q is not written -CHECK.FLAG=VALUE", text)
	}
	if err := l.known(check); err != nil {
		return err
	}
	for _, a := range l.checks {
		if a.Name != check {
			continue
		}
		if a.Flags.Lookup(flag) == nil {
			return fmt.Errorf("%s has no flag %q", check, flag)
		}
		if err := a.Flags.Set(flag, value); err != nil {
			return fmt.Errorf("flag %q: %v", text, err)
		}
	}
	return nil
}

// adapt returns a check that reports the wanted categories only, in the way that
// golangci-lint shows findings: it prints neither categories nor, other than as
// findings of their own, steps.
func (l *linter) adapt(check *analysis.Analyzer) *analysis.Analyzer {
	adapted := *check
	adapted.Run = func(pass *analysis.Pass) (any, error) {
		filtered := *pass
		filtered.Report = func(d analysis.Diagnostic) {
			if l.wants(check.Name, d.Category) {
				pass.Report(fold(pass, d))
			}
		}
		return check.Run(&filtered)
	}
	return &adapted
}

func (l *linter) wants(check, category string) bool {
	names := []string{check, check + "/" + category}
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(name string) bool { return slices.Contains(names, name) })
	}
	return (len(l.include) == 0 || has(l.include)) && !has(l.exclude)
}

// fold puts the category and the steps of a finding into its message.
func fold(pass *analysis.Pass, d analysis.Diagnostic) analysis.Diagnostic {
	var s strings.Builder
	s.WriteString(d.Message)
	if d.Category != "" {
		fmt.Fprintf(&s, " [%s]", d.Category)
	}
	for i, step := range d.Related {
		mark := "; "
		if i == 0 {
			mark = " - steps: "
		}
		p := pass.Fset.Position(step.Pos)
		fmt.Fprintf(&s, "%s%s:%d: %s", mark, filepath.Base(p.Filename), p.Line, step.Message)
	}
	d.Message, d.Related = s.String(), nil
	return d
}
