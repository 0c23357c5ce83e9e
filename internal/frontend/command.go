package frontend

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/rules"
)

// A command is what the command line asks for.
type command struct {
	format     string // as given; "" is for the front end to choose
	json       bool   // -format=json, as people try it
	outputs    []output
	tests      bool
	testsGiven bool // by a flag
	fix, diff  bool
	newFrom    string // show what is on lines changed since this revision
	version    bool
	verbose    bool
	stats      bool
	place      string   // that -why asks about
	checks     string   // what is wanted, as given
	dir        string   // where to run go; "" is here
	checkFlags []string // flags of the checks, as given
	buildFlags []string // flags of go build, as given
	patterns   []string // the packages

	config    *config.Config
	settings  *config.Config   // of an editor, which go before the file; nil if there are none
	selection *rules.Selection // nil if the flags of checks choose, or nothing does
	selected  map[string]bool  // the checks of the selection
	off       []string         // the names of the rules that are off by default, in checks that may be on

	// Files of findings: one of those not to show, one to be written.
	baseline, writeBaseline string
}

var errHelp = flag.ErrHelp

// goBuildFlags are the flags of go build that say which code is loaded and how,
// and whether they are boolean. Those that make go print more are left out.
var goBuildFlags = map[string]bool{
	"a":             true,
	"asan":          true,
	"asmflags":      false,
	"buildmode":     false,
	"buildvcs":      false,
	"compiler":      false,
	"gccgoflags":    false,
	"gcflags":       false,
	"installsuffix": false,
	"ldflags":       false,
	"linkshared":    true,
	"mod":           false,
	"modcacherw":    true,
	"modfile":       false,
	"msan":          true,
	"overlay":       false,
	"p":             false,
	"pgo":           false,
	"pkgdir":        false,
	"race":          true,
	"tags":          false,
	"toolexec":      false,
	"trimpath":      true,
}

// parseCommand reads the arguments of the program. The error is errHelp if they
// ask for help, and otherwise one line for the user.
func parseCommand(args []string, analyzers []*analysis.Analyzer) (*command, error) {
	c := new(command)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	c.addCheckFlags(fs, analyzers)
	if err := parse(fs, args, c); errors.Is(err, errHelp) {
		return nil, errHelp
	} else if err != nil {
		return nil, fmt.Errorf("%v%s ('lockvet help' lists the flags)", err, nearestFlag(err, fs))
	}
	return c, c.check()
}

// addBuildFlags has the set understand the flags of go build.
func (c *command) addBuildFlags(fs *flag.FlagSet) {
	for name, isBool := range goBuildFlags {
		fs.Var(&forwarded{name: name, isBool: isBool, to: &c.buildFlags}, name, "")
	}
}

// parse reads the arguments of a command whose flags are in the set.
func parse(fs *flag.FlagSet, args []string, c *command) error {
	err := fs.Parse(args)
	c.patterns = fs.Args()
	fs.Visit(func(f *flag.Flag) { c.testsGiven = c.testsGiven || f.Name == "tests" })
	return err
}

// newFlagSet returns a set that leaves it to its users to print.
func newFlagSet(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// nearestFlag suggests a flag in the place of one that does not exist.
func nearestFlag(err error, fs *flag.FlagSet) string {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return ""
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, "-"+f.Name) })
	return rules.Suggest("-"+name, names)
}

// flagSet returns the flags that are the front end's own.
func (c *command) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.checks, "checks", "", "find what this `list` says, such as doublelock,-doublelock/recursiveread,distlock/*")
	fs.StringVar(&c.format, "format", "", "show findings in this `format`: "+formatNames()+"; default text on a terminal, else plain. Several\nare written text,sarif:FILE")
	fs.BoolVar(&c.json, "json", false, "the same as -format=json")
	fs.BoolVar(&c.verbose, "v", false, "say on standard error what is run, and with which configuration")
	fs.BoolVar(&c.stats, "stats", false, "say on standard error how long each package took, which functions were given up, and\nwhich limits were reached")
	fs.StringVar(&c.place, "why", "", "do nothing else than to say why something is not reported at this `place`, FILE:LINE or\nFILE:FUNC: the same as 'lockvet why'")
	fs.BoolVar(&c.tests, "tests", true, "show findings in _test.go files")
	fs.BoolVar(&c.fix, "fix", false, "apply the suggested fixes, then show what is left")
	fs.BoolVar(&c.diff, "diff", false, "show as a patch what -fix would change, and do nothing else")
	fs.StringVar(&c.newFrom, "new-from", "", "show only findings on lines changed since this git `revision`")
	fs.StringVar(&c.baseline, "baseline", "", "do not show the findings that are in this `file`")
	fs.StringVar(&c.writeBaseline, "write-baseline", "", "write the findings to this `file`, for -baseline, and show none")
	fs.BoolVar(&c.version, "version", false, "print the version of lockvet")
	return fs
}

// check reports what flags forbid each other or have no such value.
func (c *command) check() error {
	if c.json && c.format != "" && c.format != "json" {
		return errors.New("-json is -format=json, and so not with another format")
	} else if c.json {
		c.format = "json"
	}
	var err error
	if c.outputs, err = parseOutputs(c.format); err != nil {
		return fmt.Errorf("-format=%s: %v", c.format, err)
	}
	if c.checks != "" && len(c.named()) > 0 {
		return errors.New("-checks says what is to be found, and so not with -NAME of a check")
	}
	if (c.fix || c.diff) && !c.tests {
		return errors.New("-fix and -diff work on _test.go files too, and so not with -tests=false")
	}
	if c.stats && (c.diff || c.writeBaseline != "") {
		return errors.New("-stats is about what is shown, and so not with -diff or -write-baseline")
	}
	if c.diff && c.format != "" {
		return errors.New("-diff prints a patch, and so not with -format")
	}
	if (c.fix || c.diff) && (c.baseline != "" || c.newFrom != "") {
		return errors.New("-fix and -diff work on all findings, and so not with -baseline or -new-from")
	}
	if c.writeBaseline != "" && (c.fix || c.diff || c.baseline != "" || c.newFrom != "" || c.format != "") {
		return errors.New("-write-baseline writes all findings and shows none, and so not with -fix, -diff, -baseline, -new-from or -format")
	}
	return c.checkPatterns()
}

func (c *command) checkPatterns() error {
	for _, p := range c.patterns {
		if strings.HasPrefix(p, "-") {
			return fmt.Errorf("flag %s must stand before the packages", p)
		}
	}
	return nil
}

// abs is the name of a file that a flag named.
func (c *command) abs(name string) string { return newSources(c.dir).abs(name) }

// filters reads what findings are to be compared with; nil where that is nothing.
func (c *command) filters(ctx context.Context) (changed changes, known *baseline, err error) {
	if c.newFrom != "" {
		if changed, err = changedSince(ctx, c.dir, c.newFrom); err != nil {
			return nil, nil, fmt.Errorf("-new-from=%s: %v", c.newFrom, err)
		}
	}
	if c.baseline != "" {
		if known, err = readBaseline(c.abs(c.baseline)); err != nil {
			return nil, nil, fmt.Errorf("-baseline: %v", err)
		}
	}
	return changed, known, nil
}

// runs reports whether the flags let a check run. As with go vet, naming checks
// chooses them, and where none is chosen all run but those ruled out.
func (c *command) runs(check string) bool {
	if c.selection != nil {
		return c.selected[check]
	}
	chosen := false
	set := c.named()
	for _, on := range set {
		chosen = chosen || on
	}
	on, ok := set[check]
	return on || !chosen && !ok
}

// named returns the checks that flags of their own name, and whether they are to run.
func (c *command) named() map[string]bool {
	set := make(map[string]bool)
	for _, flag := range c.checkFlags {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		if on, err := strconv.ParseBool(value); err == nil && !strings.Contains(name, ".") {
			set[name] = on
		}
	}
	return set
}

// A forwarded flag is collected to be handed on to go vet.
type forwarded struct {
	name   string
	isBool bool
	to     *[]string
	set    func(string) error // says whether a value is right; may be nil
}

func (f *forwarded) String() string   { return "" }
func (f *forwarded) IsBoolFlag() bool { return f.isBool }
func (f *forwarded) Set(value string) error {
	if f.set != nil {
		if err := f.set(value); err != nil {
			return err
		}
	}
	*f.to = append(*f.to, "-"+f.name+"="+value)
	return nil
}

// isBool returns an error if value is not that of a boolean flag.
func isBool(value string) error {
	if _, err := strconv.ParseBool(value); err != nil {
		return errors.New("want true or false")
	}
	return nil
}
