// Package frontend is the program lockvet as a person meets it: it runs go vet
// with lockvet as the vet tool and shows what that finds. Called by go vet, the
// program is the vet tool instead.
package frontend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/term"
	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/toolchain"
)

// The exit codes of the program. When it is interrupted the code is, as in a
// shell, 128 and the signal's number.
const (
	exitClean    = 0
	exitFindings = 1 // something was found; with -diff, something would change
	exitFailed   = 2 // something could not be analysed, or was not understood
)

// A Suite says which checks there are.
type Suite struct {
	// Analyzers returns those that are on by default, and those of Optional that
	// are named.
	Analyzers func(optional ...string) []*analysis.Analyzer
	// Catalogue returns all of them, to read of and not to run.
	Catalogue func() []*analysis.Analyzer
	Optional  []string // those that are off by default
	// Why returns the analyzer that hands over what has been recorded, for the checks given.
	Why func([]*analysis.Analyzer) *analysis.Analyzer
}

// Main runs the program with the arguments of the process and returns its exit
// code. Called by cmd/go it does not return.
func Main(suite Suite) int {
	if CalledByGo(os.Args[1:]) {
		runTool(os.Args[1:], suite)
	}
	f := &frontend{
		analyzers: suite.Catalogue(),
		optional:  suite.Optional,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
		isTerm:    term.IsTerminal(int(os.Stdout.Fd())),
		progress:  newProgress(os.Stderr, widthOf(os.Stderr), term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb"),
	}
	return f.main(os.Args[1:])
}

type frontend struct {
	analyzers      []*analysis.Analyzer // the optional ones included
	optional       []string
	stdout, stderr io.Writer
	isTerm         bool // stdout is a terminal
	progress       *progress
	command        *command // once it is settled
}

func (f *frontend) main(args []string) int {
	if len(args) > 0 {
		if s, ok := subcommandOf(args[0]); ok {
			return f.runSubcommand(s, args[1:])
		}
	}
	c, err := parseCommand(args, f.analyzers)
	switch {
	case errors.Is(err, errHelp):
		return f.help("", nil)
	case err != nil:
		return f.fail("%v", err)
	case c.place != "":
		return f.whyPlace(c, args)
	case c.version:
		return f.print([]byte(version()), exitClean)
	}
	return f.withVet(c, f.run)
}

// withVet lets do work with the go command as c says, and stop when the program is told
// to. It returns the exit code.
func (f *frontend) withVet(c *command, do func(context.Context, *vet) int) int {
	var err error
	if c.dir == "" {
		if c.dir, err = os.Getwd(); err != nil {
			return f.fail("no current directory: %v", err)
		}
	}
	if c.dir, err = filepath.Abs(c.dir); err != nil {
		return f.fail("-C: %v", err)
	}
	if info, err := os.Stat(c.dir); err != nil {
		return f.fail("-C: %v", err)
	} else if !info.IsDir() {
		return f.fail("-C: %s is not a directory", c.dir)
	}
	if _, err := exec.LookPath("go"); err != nil {
		return f.fail("the go command is not on PATH; lockvet needs it to load packages (https://go.dev/dl)")
	}
	self, err := os.Executable()
	if err != nil {
		return f.fail("cannot find my own executable: %v", err)
	}

	if err := c.settle(f.analyzers, f.optional); err != nil {
		return f.fail("%v", err)
	}
	f.command = c
	if c.verbose {
		f.sayRun(c)
	}
	ctx, caught := notifyContext()
	if err := toolchain.Check(ctx, c.dir, nil); err != nil {
		return f.refuse(c, err)
	}
	v := &vet{command: c, self: self, progress: f.progress}
	// The go command leaves up to gigabytes behind when it is stopped.
	if v.work, err = os.MkdirTemp(os.Getenv("GOTMPDIR"), "lockvet-work-"); err != nil {
		return f.fail("%v", err)
	}
	v.ran = filepath.Join(v.work, "analysed")
	v.progress.follow(v.ran)
	code := do(ctx, v)
	f.progress.stop()
	removeWork(v.work)
	if sig := caught(); sig != nil {
		fmt.Fprintf(f.stderr, "lockvet: interrupted (%v)\n", sig)
		return 128 + int(sig.(syscall.Signal))
	}
	return code
}

// removeWork removes the files of the go command, and of vet tools that may only just
// be ending.
func removeWork(dir string) {
	for range 20 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// run does what the command asks for. Output is written at the very end, in one
// piece. If ctx ends first, it has the findings of the packages that are done, and an
// error that says so.
func (f *frontend) run(ctx context.Context, v *vet) int {
	if v.diff {
		patch, failures := f.patch(ctx, v)
		if ctx.Err() != nil {
			return exitFailed
		}
		f.progress.stop()
		return f.print(patch, f.report(failures, len(patch)))
	}
	var unfixed []Failure
	if v.fix {
		unfixed = f.applyFixes(ctx, v)
	}
	if ctx.Err() != nil {
		return exitFailed
	}
	changed, known, err := v.filters(ctx)
	if err != nil {
		return f.fail("%v", err)
	}
	start := time.Now()
	r, wanted := v.findings(ctx)
	if f.isTerm {
		r.took = time.Since(start)
	}
	if ctx.Err() != nil {
		if v.writeBaseline != "" {
			return exitFailed
		}
		r.Errors = []Failure{{Message: "stopped before everything was analysed: the findings are incomplete"}}
	}
	for _, failure := range unfixed {
		if !slices.Contains(r.Errors, failure) {
			r.Errors = append(r.Errors, failure)
		}
	}

	r.tidy("", v.tests)
	r.finish(f.analyzers, v.config)
	src := newSources(v.dir)

	f.progress.stop()
	if v.writeBaseline != "" {
		return f.writeBaseline(v, &r, src)
	}
	if known != nil {
		gone := known.apply(&r, src)
		if len(r.Errors) == 0 {
			f.reportGone(v, gone, wanted)
		}
	}
	if changed != nil {
		r.keepChanged(changed, src)
	}
	code := f.report(r.Errors, len(r.Findings))
	if v.stats {
		f.showStats(v.command, &r, wanted)
	}
	return f.write(v.command, &r, code)
}

// refuse says that nothing can be analysed, and why, in the format that is asked for.
func (f *frontend) refuse(c *command, why error) int {
	f.progress.stop()
	r := Report{Errors: []Failure{{Message: why.Error()}}}
	code := f.report(r.Errors, 0)
	if c.diff || c.writeBaseline != "" {
		return code
	}
	return f.write(c, &r, code)
}

// report writes the failures to stderr and returns the exit code that they and
// the number of findings make.
func (f *frontend) report(failures []Failure, findings int) int {
	for _, failure := range failures {
		fmt.Fprint(f.stderr, failure)
	}
	switch {
	case len(failures) > 0:
		return exitFailed
	case findings > 0:
		return exitFindings
	}
	return exitClean
}

// print writes to stdout and returns code, or exitFailed if that cannot be.
func (f *frontend) print(out []byte, code int) int {
	if len(out) == 0 {
		return code
	}
	if _, err := f.stdout.Write(out); err != nil {
		return f.fail("%v", err)
	}
	return code
}

// fail reports in one line why nothing was done.
func (f *frontend) fail(format string, args ...any) int {
	fmt.Fprintf(f.stderr, "lockvet: "+format+"\n", args...)
	return exitFailed
}

// notifyContext returns a context that ends when the process is told to stop,
// and a function that says by which signal it was; nil if it was not.
func notifyContext() (context.Context, func() os.Signal) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() { cancel(stopped{<-signals}) }()
	return ctx, func() os.Signal {
		var s stopped
		if errors.As(context.Cause(ctx), &s) {
			return s.Signal
		}
		return nil
	}
}

type stopped struct{ os.Signal }

func (s stopped) Error() string { return "stopped by " + s.String() }
