// Package plugin makes lockvet a linter of golangci-lint, by its module plugin
// system (https://golangci-lint.run/docs/plugins/module-plugins/). Importing it
// registers the linter under the name lockvet. docs/golangci-lint.md is the guide.
package plugin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/internal/toolchain"
	"github.com/lockvet/lockvet/passes"
)

func init() { register.Plugin("lockvet", New) }

// Settings are what a user writes under linters.settings.custom.lockvet.settings.
type Settings struct {
	// Checks is a list of what is wanted, as the flag -checks of the command has it:
	// "doublelock", "missingunlock/return", "-distlock/*". Without it, lockvet.toml
	// says what is wanted, or all is that golangci-lint does not have itself and that is
	// not off by default.
	Checks []string `json:"checks"`
	// Exclude names those whose findings are not wanted, in the same way.
	Exclude []string `json:"exclude"`
	// Flags of checks, as on lockvet's command line: "-CHECK.FLAG=VALUE".
	Flags []string `json:"flags"`
}

type linter struct {
	checks []*analysis.Analyzer
	wanted *rules.Selection // nil is what is on by default
	config *config.Config
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
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("lockvet: %v", err)
	}
	l := new(linter)
	catalogue, optional := passes.Catalogue(), passes.Optional()
	if l.config, err = config.Load(dir, catalogue, optional); err != nil {
		return nil, fmt.Errorf("lockvet: %v", err)
	}
	if l.wanted, err = selection(s, l.config, catalogue, optional); err != nil {
		return nil, fmt.Errorf("lockvet: %v", err)
	}
	var named []string // checks that are off by default are among them, or do not run
	for _, a := range catalogue {
		if slices.Contains(optional, a.Name) && l.wanted != nil && l.wanted.WantsAny(a) {
			named = append(named, a.Name)
		}
	}
	for _, a := range passes.Analyzers(named...) {
		if suppress.Borrowed(a.Name) == "" && a.Name != ignoreCheck { // which needs all the others
			l.checks = append(l.checks, a)
		}
	}
	// golangci-lint does that itself, and its nolintlint calls a comment unneeded that
	// has silenced a finding before golangci-lint sees it. The check ignore, made above,
	// has a flag for it that sets it to false.
	suppress.Off = true
	for _, f := range s.Flags {
		if err := l.setFlag(f); err != nil {
			return nil, fmt.Errorf("lockvet: %v", err)
		}
	}
	for _, lock := range l.config.Locks {
		if err := l.setFlag("-contract.locks=" + lock); err != nil {
			return nil, fmt.Errorf("lockvet: %v", err)
		}
	}
	return l, nil
}

// ignoreCheck is the check that judges comments which silence findings.
const ignoreCheck = "ignore"

// selection returns what is wanted by the settings or, where they do not say, by the
// configuration; nil if neither says. An error names what golangci-lint has itself.
func selection(s Settings, c *config.Config, catalogue []*analysis.Analyzer, optional []string) (*rules.Selection, error) {
	for _, name := range slices.Concat(s.Checks, s.Exclude) {
		check, _, _ := strings.Cut(strings.TrimPrefix(name, "-"), "/")
		if other := suppress.Borrowed(check); other != "" {
			return nil, fmt.Errorf("golangci-lint has %s itself, in its linter %s", check, other)
		}
		if check == ignoreCheck {
			return nil, fmt.Errorf("golangci-lint does the work of the check %q itself, in its linter nolintlint", check)
		}
	}
	list := s.Checks
	if len(list) == 0 && (len(c.Checks) > 0 || len(s.Exclude) > 0) {
		list = []string{"inherit"}
	}
	if len(list) == 0 {
		return nil, nil
	}
	for _, name := range s.Exclude {
		list = append(slices.Clone(list), "-"+name)
	}
	return rules.Parse(list, c.Checks, catalogue, optional)
}

// GetLoadMode says that the checks need types.
func (*linter) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers returns the checks that the settings ask for.
func (l *linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	var wanted []*analysis.Analyzer
	for _, a := range l.checks {
		if l.wanted == nil || l.wanted.WantsAny(a) {
			wanted = append(wanted, a)
		}
	}
	if l.wanted != nil {
		if _, err := l.wanted.Apply(wanted, func(analysis.Diagnostic) bool { return false }); err != nil {
			return nil, fmt.Errorf("lockvet: %v", err)
		}
	}
	for i, a := range wanted {
		wanted[i] = l.adapt(a)
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("lockvet: the settings leave no check to run")
	}
	return wanted, nil
}

func (l *linter) setFlag(text string) error {
	name, value, ok := strings.Cut(strings.TrimLeft(text, "-"), "=")
	check, flag, dotted := strings.Cut(name, ".")
	if !ok || !dotted {
		return fmt.Errorf("flag %q is not written -CHECK.FLAG=VALUE", text)
	}
	if err := rules.Known(check, l.checks); err != nil {
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

// adapt returns a check that reports in the way that golangci-lint shows findings: it
// prints neither categories nor, other than as findings of their own, steps. What is in
// files that the configuration leaves out is not reported.
func (l *linter) adapt(check *analysis.Analyzer) *analysis.Analyzer {
	adapted := *check
	adapted.Run = func(pass *analysis.Pass) (any, error) {
		filtered := *pass
		filtered.Report = func(d analysis.Diagnostic) {
			file := pass.Fset.Position(d.Pos).Filename
			if l.config.Excludes(file) || !l.config.WantsTests() && strings.HasSuffix(file, "_test.go") {
				return
			}
			pass.Report(fold(pass, d))
		}
		return check.Run(&filtered)
	}
	return &adapted
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
