package frontend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/report"
)

// A hotCommand is what the command line of "lockvet hot" asks for.
type hotCommand struct {
	command
	test             bool
	bench, run       string
	benchtime, trace string
	count            int
	output           string // a page to write
	base             string // profiles taken earlier, separated by commas
	failOver         time.Duration
	top              int
	sites            bool

	profiles []string // files and URLs
}

func (c *hotCommand) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet hot")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.format, "format", "text", "write the report in this `format`: text, json")
	fs.StringVar(&c.output, "html", "", "write the report as a page to this `file`, too")
	fs.BoolVar(&c.test, "test", false, "run go test on the packages, and take its profiles")
	fs.StringVar(&c.bench, "bench", "", "with -test, run the benchmarks that match this `regexp` and no tests")
	fs.StringVar(&c.run, "run", "", "with -test, run the tests that match this `regexp`")
	fs.StringVar(&c.benchtime, "benchtime", "", "with -test, the -benchtime of go test, such as `1s` or 100x")
	fs.IntVar(&c.count, "count", 1, "with -test, run tests and benchmarks `n` times")
	fs.StringVar(&c.trace, "trace", "", "with -test, take an execution trace into this `file`, for maxima and percentiles")
	fs.StringVar(&c.base, "base", "", "show only what was waited since these `profiles` of the same process, separated by commas")
	fs.DurationVar(&c.failOver, "fail-over", 0, "exit 1 if a lock was waited for longer than this `duration`, all in all")
	fs.IntVar(&c.top, "top", 10, "show this `number` of locks and of channels")
	fs.BoolVar(&c.sites, "sites", false, "show all places")
	return fs
}

const hotUsage = `usage: lockvet hot [flags] PROFILE... [packages]
       lockvet hot -test [flags] [packages]

Hot shows which locks are waited for, who waits, who made them wait, and what is done
under the lock meanwhile. A PROFILE is a file or URL with a mutex or block profile or
an execution trace; the packages, ./... if none is named, are those of the program
that it is of. The exit code is 0, with -fail-over 1 if a lock was waited for longer,
and 2 if something cannot be read or analysed. See docs/hot.md.

Flags:
`

func (c *hotCommand) check() error {
	for _, f := range []struct {
		set  bool
		name string
	}{{c.bench != "", "bench"}, {c.run != "", "run"}, {c.benchtime != "", "benchtime"}, {c.trace != "", "trace"}, {c.count != 1, "count"}} {
		if f.set && !c.test {
			return fmt.Errorf("-%s goes with -test", f.name)
		}
	}
	switch {
	case c.format != "text" && c.format != "json":
		return fmt.Errorf("-format=%s: there are text, json", c.format)
	case c.top < 1:
		return fmt.Errorf("-top=%d: want 1 or more", c.top)
	case c.count < 1:
		return fmt.Errorf("-count=%d: want 1 or more", c.count)
	case c.failOver < 0:
		return fmt.Errorf("-fail-over=%v: want a positive duration", c.failOver)
	case c.test && c.base != "":
		return errors.New("-base goes with profiles of one process, and so not with -test")
	case c.test && len(c.profiles) > 0:
		return fmt.Errorf("-test takes the profiles by itself, and so not with %s", c.profiles[0])
	case !c.test && len(c.profiles) == 0:
		return errors.New("there is no profile among the arguments; name one, or let -test take one")
	}
	return c.checkPatterns()
}

// split tells the profiles among the arguments from the packages.
func (c *hotCommand) split() {
	c.patterns = slices.DeleteFunc(c.patterns, func(arg string) bool {
		isURL := strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
		info, err := os.Stat(c.abs(arg))
		is := isURL || err == nil && info.Mode().IsRegular() && !strings.HasSuffix(arg, ".go")
		if is {
			c.profiles = append(c.profiles, arg)
		}
		return is
	})
	if len(c.patterns) == 0 && !c.test {
		c.patterns = []string{"./..."}
	}
}

// hot is the command "lockvet hot".
func (f *frontend) hot(args []string) int {
	c := new(hotCommand)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	if err := parse(fs, args, &c.command); errors.Is(err, errHelp) {
		return f.print(usageOf(hotUsage, new(hotCommand).flagSet()), exitClean)
	} else if err != nil {
		return f.fail("hot: %v%s ('lockvet help hot' lists the flags)", err, nearestFlag(err, fs))
	}
	c.split()
	if err := c.check(); err != nil {
		return f.fail("hot: %v", err)
	}
	return f.withVet(&c.command, func(ctx context.Context, v *vet) int { return f.showHot(ctx, v, c) })
}

func (f *frontend) showHot(ctx context.Context, v *vet, c *hotCommand) int {
	var in hot.Input
	if c.test {
		if err := v.measure(ctx, c, &in); err != nil {
			return f.fail("hot: %v", err)
		}
	}
	if err := v.read(ctx, c.profiles, &in); err != nil {
		return f.fail("hot: %v", err)
	}
	if c.base != "" {
		var base hot.Input
		if err := v.read(ctx, strings.Split(c.base, ","), &base); err != nil {
			return f.fail("hot: -base: %v", err)
		}
		if len(base.Samples) == 0 {
			return f.fail("hot: -base: there is no mutex or block profile in %s", c.base)
		}
		in.Since(&base)
	}
	w := *v
	command := *v.command
	command.checkFlags = append(slices.Clone(v.checkFlags), slowFlags...)
	w.command = &command
	found, _ := w.findings(ctx)
	if ctx.Err() != nil {
		return exitFailed
	}
	r := hot.Join(&in, found.sections)
	r.Relative(func(file string) string {
		relative(v.dir, &file)
		return file
	})
	f.progress.stop()
	if r.Stale > (r.Total+1)/5 {
		fmt.Fprintf(f.stderr, "lockvet: hot: %v of waiting is at lines without a lock operation: the profile is of another version of the source\n", r.Stale)
	}
	over := 0
	if c.failOver > 0 {
		for _, l := range r.Locks {
			if l.Waited > c.failOver {
				over++
				fmt.Fprintf(f.stderr, "lockvet: hot: %s was waited for for %s, longer than %v\n", hot.Name(l.Class), hot.Short(l.Waited), c.failOver)
			}
		}
	}
	code := f.report(slices.Concat(v.failed, found.Errors), over)
	if c.output != "" {
		page, err := v.page(ctx, &report.Data{Title: "lockvet hot", Hot: r})
		if err == nil {
			err = os.WriteFile(c.abs(c.output), page, 0o666)
		}
		if err != nil {
			return f.fail("hot: -html: %v", err)
		}
	}
	if c.format == "json" {
		return f.print(r.JSON(), code)
	}
	return f.print(r.Text(c.top, c.sites), code)
}

// slowFlags make the vet tool hand over critical sections.
var slowFlags = []string{"-slowlock=true", "-slowlock.sections=true"}

// read reads profiles from files and URLs.
func (v *vet) read(ctx context.Context, names []string, in *hot.Input) error {
	tmp, err := os.MkdirTemp("", "lockvet-hot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	args := []string{"read"}
	for i, name := range names {
		if u, err := url.Parse(name); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			name = filepath.Join(tmp, fmt.Sprint(i))
			if err := v.get(ctx, names[i], name); err != nil {
				return err
			}
		}
		args = append(args, v.abs(name))
	}
	if len(names) == 0 {
		return nil
	}
	out, err := v.see(ctx, nil, args...)
	if err != nil {
		return err
	}
	return json.Unmarshal(out, in)
}

// get fetches a profile with the go command's pprof: an HTTP client in this program, which go vet
// starts for every package, would make it larger by a third.
func (v *vet) get(ctx context.Context, address, file string) error {
	stderr, err := v.goCommand(ctx, []string{"tool", "pprof", "-proto", "-symbolize=none", "-output=" + file, address}, func(io.Reader) error { return nil })
	if err != nil {
		return fmt.Errorf("%s: %s", address, cmp.Or(strings.TrimSpace(stderr), err.Error()))
	}
	return nil
}

// measure runs go test on each of the packages, which takes profiles of one at a time only.
func (v *vet) measure(ctx context.Context, c *hotCommand, in *hot.Input) error {
	tmp, err := os.MkdirTemp("", "lockvet-hot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	var pkgs []string
	list := slices.Concat([]string{"list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}"}, v.buildFlags, v.patterns)
	stderr, err := v.goCommand(ctx, list, func(r io.Reader) error {
		out, err := io.ReadAll(r)
		pkgs = strings.Fields(string(out))
		return err
	})
	if err != nil {
		return fmt.Errorf("go list: %v", cmp.Or(strings.TrimSpace(stderr), err.Error()))
	}
	if len(pkgs) == 0 {
		return errors.New("-test: there are no tests in these packages")
	}
	if c.trace != "" && len(pkgs) > 1 {
		return errors.New("-trace: a trace is of one package; name one")
	}
	var all []string
	for i, pkg := range pkgs {
		mutex, block := filepath.Join(tmp, fmt.Sprint("mutex", i)), filepath.Join(tmp, fmt.Sprint("block", i))
		args := []string{"test", "-mutexprofile=" + mutex, "-mutexprofilefraction=1", "-blockprofile=" + block, "-blockprofilerate=10000",
			"-o=" + filepath.Join(tmp, "test"), fmt.Sprintf("-count=%d", c.count)}
		args = append(args, v.buildFlags...)
		if c.trace != "" {
			args = append(args, "-trace="+c.abs(c.trace))
		}
		if c.bench != "" {
			args = append(args, "-run=^$", "-bench="+c.bench)
		}
		if c.run != "" {
			args = append(args, "-run="+c.run)
		}
		if c.benchtime != "" {
			args = append(args, "-benchtime="+c.benchtime)
		}
		cmd := exec.CommandContext(ctx, "go", append(args, pkg)...)
		cmd.Dir = v.dir
		stopGroup(cmd)
		if out, err := cmd.CombinedOutput(); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			problem := fmt.Sprintf("go test %s: %v\n%s", pkg, err, strings.Join(lines[max(0, len(lines)-10):], "\n"))
			if _, err := os.Stat(block); err != nil {
				return errors.New(problem)
			}
			v.failed = append(v.failed, Failure{Message: problem}) // what failed has been measured, too
		}
		files := []string{mutex, block}
		if c.trace != "" {
			files = append(files, c.trace)
		}
		all = append(all, files...)
	}
	return v.read(ctx, all, in)
}
