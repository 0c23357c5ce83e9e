package frontend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/internal/why/answer"
)

// whyCheck is the analyzer that hands over what the engine has recorded. Its flags are why.of, which
// takes the modules that all is recorded of, and why.stats.
const whyCheck = "why"

// wantsWhy reports whether arguments of the vet tool ask for it.
func wantsWhy(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "-"+whyCheck) })
}

// A whyCommand is what the command line of "lockvet why" asks for.
type whyCommand struct {
	command
	whole bool   // of the function around the line
	file  string // as given
	line  int    // 0 if a function is named
	fn    string
}

func (c *whyCommand) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet why")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.format, "format", "text", "write the answer in this `format`: text, json")
	fs.BoolVar(&c.tests, "tests", true, "count findings in _test.go files as reported")
	fs.StringVar(&c.checks, "checks", "", "count as reported only what this `list` wants, as in lockvet -checks")
	fs.BoolVar(&c.whole, "func", false, "answer for the whole function around the line")
	return fs
}

const whyUsage = `usage: lockvet why [flags] FILE:LINE
       lockvet why [flags] FILE:FUNC

Why says what lockvet believes of the calls, waits and returns in a line, or in a
function such as Put or '(*Store).Put': which locks it thinks are held there and since
when, on which paths; which findings it considered; and for each that it does not
report, which rule drops it and what the rule goes by. The exit code is 0 if there is
an answer, and 2 if there is none: no such file, line or function, nothing that can be
answered for, or a package that cannot be analysed. See docs/wrong.md and
docs/silenced.md, which lists the rules.

Flags:
`

// why is the command "lockvet why".
func (f *frontend) why(args []string) int {
	c := new(whyCommand)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	c.addCheckFlags(fs, f.analyzers)
	if err := parse(fs, args, &c.command); errors.Is(err, errHelp) {
		return f.print(usageOf(whyUsage, new(whyCommand).flagSet()), exitClean)
	} else if err != nil {
		return f.fail("why: %v%s ('lockvet help why' lists the flags)", err, nearestFlag(err, fs))
	} else if err := c.check(); err != nil {
		return f.fail("why: %v", err)
	}
	return f.withVet(&c.command, func(ctx context.Context, v *vet) int { return f.answer(ctx, v, c) })
}

// whyPlace is "lockvet -why=PLACE", with the other flags that were given.
func (f *frontend) whyPlace(c *command, args []string) int {
	if len(c.patterns) > 0 {
		return f.fail("-why asks about one place, and so not with packages")
	}
	if slices.ContainsFunc(args, func(arg string) bool { return arg == "-fix" || arg == "-diff" }) {
		return f.fail("-why only answers, and so not with -fix or -diff")
	}
	w := &whyCommand{command: *c}
	w.patterns = []string{c.place}
	w.format = cmp.Or(c.format, "text")
	if err := w.check(); err != nil {
		return f.fail("-why: %v", err)
	}
	return f.withVet(&w.command, func(ctx context.Context, v *vet) int { return f.answer(ctx, v, w) })
}

// check takes the place apart that is asked about.
func (c *whyCommand) check() error {
	if c.format != "text" && c.format != "json" {
		return fmt.Errorf("-format=%s: there are text, json", c.format)
	}
	if err := c.checkPatterns(); err != nil {
		return err
	}
	if len(c.patterns) != 1 {
		return errors.New("say one place, as FILE:LINE or FILE:FUNC")
	}
	arg := c.patterns[0]
	i := strings.LastIndex(arg, ".go:")
	if i < 0 {
		return fmt.Errorf("%s is no place in a Go file: want FILE:LINE, such as store.go:12, or FILE:FUNC, such as store.go:Put", arg)
	}
	var where string
	c.file, where = arg[:i+len(".go")], arg[i+len(".go:"):]
	line, _, _ := strings.Cut(where, ":") // findings have a column behind it
	switch n, err := strconv.Atoi(line); {
	case err == nil && n < 1:
		return fmt.Errorf("%s: lines count from 1", arg)
	case err == nil:
		c.line = n
	case where == "":
		return fmt.Errorf("%s: what line, or function?", arg)
	case c.whole:
		return errors.New("-func is for a line; the function is named already")
	default:
		c.fn = where
	}
	return nil
}

// answer finds the package of the file, has it analysed, and says what came of it.
func (f *frontend) answer(ctx context.Context, v *vet, c *whyCommand) int {
	src, lines, err := c.read()
	if err != nil {
		return f.fail("why: %v", err)
	}
	pkg, module, err := v.packageOf(ctx, c.abs(c.file))
	if err != nil {
		return f.fail("why: %v", err)
	}
	w := *v
	command := *v.command
	command.patterns = []string{strings.TrimSuffix(pkg, "_test")}
	command.checkFlags = []string{"-" + whyCheck + ".of=" + module}
	for _, name := range command.off { // or nothing is known of what they would say
		command.checkFlags = append(command.checkFlags, "-"+strings.Replace(name, "/", ".", 1))
	}
	command.checkFlags = append(command.checkFlags, v.depth()...)
	command.selection = nil
	w.command = &command
	r, _ := w.findings(ctx)
	if ctx.Err() != nil {
		return exitFailed
	}
	f.progress.stop()
	record := answer.Choose(r.records, pkg, c.file)
	if record == nil {
		if len(r.Errors) == 0 {
			r.Errors = []Failure{{Package: pkg, Message: "go vet has said nothing of this package"}}
		}
		return f.report(r.Errors, 0)
	}
	a := answer.To(record, src, lines, f.judge(v.command))
	a.Relative(func(file string) string {
		relative(v.dir, &file)
		return file
	})
	out := a.Text()
	if c.format == "json" {
		out = a.JSON()
	}
	return f.print(out, exitClean)
}

// depth returns the flags of checks that say how to analyse, and those that switch on checks which
// are off by default, without those that only choose what is shown.
func (c *command) depth() (flags []string) {
	for _, flag := range c.toolFlags() {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		switch {
		case strings.Contains(name, "."):
			flags = append(flags, flag)
		case name == checksFlag:
			for _, optional := range []string{"slowlock", "guardedby"} {
				if c.selected[optional] {
					flags = append(flags, "-"+optional)
				}
			}
		case name == "slowlock" || name == "guardedby":
			if on, err := strconv.ParseBool(cmp.Or(value, "true")); err == nil && on {
				flags = append(flags, flag)
			}
		}
	}
	return flags
}

// read reads the file, and finds the lines that are asked about.
func (c *whyCommand) read() (*answer.Source, []int, error) {
	info, err := os.Stat(c.abs(c.file))
	if err != nil {
		return nil, nil, fmt.Errorf("there is no file %s", c.file)
	} else if info.IsDir() {
		return nil, nil, fmt.Errorf("%s is a directory", c.file)
	}
	text, err := os.ReadFile(c.abs(c.file))
	if err != nil {
		return nil, nil, err
	}
	src, err := answer.Parse(c.file, string(text))
	if err != nil {
		return nil, nil, err
	}
	var lines []int
	switch {
	case c.fn != "":
		lines, err = src.Func(c.fn)
	case c.whole:
		lines, err = src.Around(c.line)
	default:
		lines, err = src.Line(c.line)
	}
	return src, lines, err
}

// judge says what the command would not show of what checks have found.
func (f *frontend) judge(c *command) answer.Judge {
	return func(check string, at why.Place) (why.Rule, bool) {
		name, category, _ := strings.Cut(check, "/")
		switch {
		case c.skips(name, category), c.selection == nil && !c.runs(name) && !slices.Contains(f.optional, name):
			return why.SwitchedOff, true
		case !c.tests && strings.HasSuffix(at.File, "_test.go"):
			return why.InTest, true
		case c.config.Excludes(at.File):
			return why.Excluded, true
		}
		return 0, false
	}
}

// packageOf returns the import path of the package that a file is in, and its module.
func (v *vet) packageOf(ctx context.Context, file string) (pkg, module string, err error) {
	var found struct {
		ImportPath, Name               string
		GoFiles, CgoFiles, TestGoFiles []string
		XTestGoFiles, IgnoredGoFiles   []string
		Standard                       bool
		Module                         *struct{ Path string }
		Error                          *struct{ Err string }
	}
	// In a module, the go command takes absolute names of directories only of packages that it knows.
	args := slices.Concat([]string{"list", "-e", "-find", "-json=ImportPath,Name,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,IgnoredGoFiles,Standard,Module,Error"},
		v.buildFlags, []string{filepath.Dir(file)})
	stderr, err := v.goCommand(ctx, args, func(r io.Reader) error { return json.NewDecoder(r).Decode(&found) })
	base, name := filepath.Base(file), file
	relative(v.dir, &name)
	in := func(lists ...[]string) bool { return slices.Contains(slices.Concat(lists...), base) }
	switch {
	case in(found.GoFiles, found.CgoFiles, found.TestGoFiles):
		pkg = found.ImportPath
	case in(found.XTestGoFiles):
		pkg = found.ImportPath + "_test"
	case in(found.IgnoredGoFiles):
		return "", "", fmt.Errorf("%s is in no package that is built: build constraints leave it out (-tags and GOOS say what is built)", name)
	case err != nil && found.ImportPath == "":
		return "", "", errors.New(v.explain(ctx, cmp.Or(strings.TrimSpace(stderr), err.Error())))
	case found.Error != nil && found.Error.Err != "":
		return "", "", fmt.Errorf("%s is in no package: %s", name, v.explain(ctx, strings.TrimSpace(found.Error.Err)))
	default:
		return "", "", fmt.Errorf("%s is in no package", name)
	}
	module = strings.TrimSuffix(pkg, "_test")
	switch {
	case found.Standard:
		module = "std"
	case found.Module != nil:
		module = found.Module.Path
	}
	return pkg, module, nil
}
