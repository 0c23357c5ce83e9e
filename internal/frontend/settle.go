package frontend

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/guardlist"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/section"
	"github.com/lockvet/lockvet/internal/why"
)

// checksFlag is the flag, of the command and of the vet tool, that says what is wanted.
const checksFlag = "checks"

// settle reads the configuration for the command's directory and finds out what is
// wanted. The command line goes before the configuration.
func (c *command) settle(checks []*analysis.Analyzer, optional []string) (err error) {
	if c.config, err = config.Load(c.dir, checks, optional); err != nil {
		return err
	}
	if c.settings != nil {
		c.config = c.settings.Over(c.config)
	}
	c.off = rules.OffByDefault(checks)
	switch {
	case c.checks != "":
		if c.selection, err = rules.Parse(append(strings.Split(c.checks, ","), switchedOn(c.checkFlags, c.off)...), c.config.Checks, checks, optional); err != nil {
			return fmt.Errorf("-%s: %v", checksFlag, err)
		}
	case len(c.named()) == 0 && c.config.Checks != nil:
		if c.selection, err = rules.Parse(append(slices.Clone(c.config.Checks), switchedOn(c.checkFlags, c.off)...), nil, checks, optional); err != nil {
			return err // which config.Load has ruled out
		}
	}
	if c.selection != nil {
		c.selected = make(map[string]bool)
		for _, a := range checks {
			c.selected[a.Name] = c.selection.WantsAny(a)
		}
	}
	if !c.testsGiven {
		c.tests = c.config.WantsTests()
	}
	return nil
}

// skips reports whether nobody wants a category of a check that runs.
func (c *command) skips(check, category string) bool {
	if c.selection != nil {
		return !c.selection.Wants(check, category)
	}
	name := rules.Name(check, category)
	return slices.Contains(c.off, name) && !slices.Contains(switchedOn(c.checkFlags, c.off), name)
}

// switchedOn returns those of the rules in off, which are off by default, whose own flags, as -lockorder.reader, are among the arguments.
func switchedOn(args, off []string) (names []string) {
	for _, name := range off {
		flag := strings.Replace(name, "/", ".", 1)
		if slices.ContainsFunc(args, func(arg string) bool {
			given := strings.TrimPrefix(arg, "-")
			return given != arg && strings.TrimSuffix(strings.TrimPrefix(given, "-"), "=true") == flag
		}) {
			names = append(names, name)
		}
	}
	return names
}

// toolFlags returns the flags for the vet tool: those of the command line, and what the
// configuration adds. cmd/go keeps results by them, and knows of no files.
func (c *command) toolFlags() []string {
	flags := append([]string{}, c.checkFlags...)
	if c.selection != nil {
		// Subcommands switch on a check whose data they need.
		list := c.selection.String()
		flags = slices.DeleteFunc(flags, func(flag string) bool {
			name, ok := strings.CutSuffix(strings.TrimPrefix(flag, "-"), "=true")
			isCheck := ok && !strings.Contains(name, ".")
			if isCheck {
				list += "," + name
			}
			return isCheck
		})
		flags = append(flags, "-"+checksFlag+"="+list)
	}
	if c.stats {
		flags = append(flags, "-"+whyCheck+".stats=true")
		if c.selection == nil && slices.Contains(slices.Collect(maps.Values(c.named())), true) {
			flags = append(flags, "-"+whyCheck+"=true") // beside those that are named
		}
	}
	if c.config != nil && len(c.config.Locks) > 0 {
		flags = append(flags, "-contract.locks="+strings.Join(c.config.Locks, ","))
	}
	return flags
}

// forTool reports whether a finding is not for the user, but what the vet tool hands to
// the front end.
func forTool(d analysis.Diagnostic) bool {
	return slices.Contains([]string{order.PairsCategory, ordergraph.Category, section.Category, guardlist.Category, why.Category}, d.Category)
}

// wanted returns what is wanted as a selection, be it said by -checks, by the flags of
// checks, by the configuration or by nothing.
func (c *command) wanted(checks []*analysis.Analyzer, optional []string) (*rules.Selection, error) {
	if c.selection != nil {
		return c.selection, nil
	}
	var list []string
	for _, a := range checks {
		named, ok := c.named()[a.Name]
		switch {
		case slices.Contains(optional, a.Name) && (!ok || !named), !c.runs(a.Name):
			continue
		}
		list = append(list, a.Name)
	}
	if len(list) == 0 {
		list = []string{"all", "-all"}
	}
	return rules.Parse(list, nil, checks, optional)
}
