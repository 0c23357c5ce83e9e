// Command corpus runs lockvet over checked-out projects, std and cmd, and compares
// what it reports with another revision and with the verdicts in docs/findings.md.
//
//	go run ./internal/measure/corpus [flags] -dir DIR…
//
// Each DIR is a checkout; every module in it is analysed. It prints the findings
// that the revision given with -base does not have, those that only it has, and
// those that changed; without -base, the findings nobody has judged. Tables
// of totals, failures, time and memory follow. Results are kept, so that a run
// that was interrupted goes on where it was. It exits with 0 unless it could not
// measure.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
)

type options struct {
	dirs  []string
	base  string
	std   bool
	flags []string // for lockvet
	state string
	all   bool
}

func main() {
	var o options
	flag.Func("dir", "checkout of a project; may be repeated, and further arguments are more of them", func(dir string) error {
		o.dirs = append(o.dirs, dir)
		return nil
	})
	flag.StringVar(&o.base, "base", "", "`revision` to compare with")
	flag.BoolVar(&o.std, "std", true, "analyse std and cmd too")
	flags := flag.String("flags", "", "`flags` for lockvet, separated by spaces")
	flag.StringVar(&o.state, "state", "", "`directory` where results are kept; the default is in the user's cache directory")
	flag.BoolVar(&o.all, "all", false, "list all findings, with their verdicts")
	flag.Parse()
	o.dirs = append(o.dirs, flag.Args()...)
	o.flags = strings.Fields(*flags)
	if len(o.dirs) == 0 && !o.std {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := corpus(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
}

// corpus builds, runs, compares and prints.
func corpus(ctx context.Context, o options) error {
	root, err := gobuild.Root()
	if err != nil {
		return err
	}
	verdicts, err := readVerdicts(filepath.Join(root, "docs", "findings.md"))
	if err != nil {
		return err
	}
	modules, err := findModules(o.dirs, o.std)
	if err != nil {
		return err
	}
	if o.state == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("%w; say with -state where results are to be kept", err)
		}
		o.state = filepath.Join(cache, "lockvet-corpus")
	}
	scratch, err := os.MkdirTemp("", "lockvet-corpus-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	// /proc has the executable's path with symbolic links resolved.
	if scratch, err = filepath.EvalSymlinks(scratch); err != nil {
		return err
	}

	current, err := build(root, scratch, "")
	if err != nil {
		return err
	}
	tools := []tool{current}
	if o.base != "" {
		base, err := build(root, scratch, o.base)
		if err != nil {
			return err
		}
		tools = append(tools, base)
	}
	runs := make([][]run, len(tools))
	for i, t := range tools {
		for j, m := range modules {
			title := fmt.Sprintf("%s: %d of %d: %s", t.name, j+1, len(modules), m.name())
			r, err := t.run(ctx, o.state, m, o.flags, title)
			if err != nil {
				return err
			}
			runs[i] = append(runs[i], r)
		}
	}

	rep := report{modules: modules, current: findings(modules, runs[0]), runs: runs[0], verdicts: verdicts, all: o.all}
	if o.base != "" {
		rep.base, rep.baseRuns, rep.compared = findings(modules, runs[1]), runs[1], true
	}
	return rep.print(os.Stdout)
}
