// Command times measures what lockvet costs on each of its routes, beside the same tool
// without it:
//
//	go -C integration run ./times -dir DIR -file etcdserver/server.go
//
// DIR is the module to analyse, FILE one of its files, which imports sync, for the
// editors. Cold is a run without any result of an earlier analysis; compiled packages
// are in the build cache. Warm is the same run again. Edit is the time from a change in
// the editor to the finding that it leads to. docs/benchmark.md has the numbers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
	"github.com/lockvet/lockvet/internal/measure/usage"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("times: ")
	dir := flag.String("dir", "", "the module to analyse")
	file := flag.String("file", "", "a file of it, for editors")
	rounds := flag.Int("n", 1, "runs of each kind; the median is printed")
	only := flag.String("only", "", "routes to measure, separated by commas; default all")
	flag.Parse()
	if *dir == "" || *file == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*dir, *file, *rounds, *only); err != nil {
		log.Fatal(err)
	}
}

// A bench has what all routes need.
type bench struct {
	dir, file string
	scratch   string
	root      string // of lockvet
	turn      int
}

// A route is one way to run a tool, with lockvet or without.
type route struct {
	name string
	run  func(b *bench) (cold, warm, edit usage.Sample, err error)
}

var routes = []route{
	{"go vet", vet("cmd/vet")},
	{"go vet -vettool=lockvet", vet(gobuild.Lockvet)},
	{"lockvet", command},
	{"golangci-lint", golangci(false)},
	{"golangci-lint with lockvet", golangci(true)},
	{"gopls", editor(servers{gopls: true})},
	{"lockvet gopls", editor(servers{gopls: true, lockvet: true})},
	{"lockvet lsp", editor(servers{lockvet: true})},
	{"gopls with lockvet in it", editor(servers{gopls: true, compiled: true})},
}

func run(dir, file string, rounds int, only string) error {
	root, err := gobuild.Root()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "lockvet-times-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	b := &bench{dir: dir, file: file, scratch: scratch, root: filepath.Dir(root)}
	fmt.Printf("%-28s %10s %10s %10s %10s %10s\n", "ROUTE", "COLD", "CPU", "WARM", "CPU", "EDIT")
	for _, r := range routes {
		if only != "" && !slices.Contains(strings.Split(only, ","), r.name) {
			continue
		}
		var cold, warm, edit []usage.Sample
		for range rounds {
			c, w, e, err := r.run(b)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			cold, warm, edit = append(cold, c), append(warm, w), append(edit, e)
		}
		c, w, e := median(cold), median(warm), median(edit)
		fmt.Printf("%-28s %10s %10s %10s %10s %10s\n", r.name, text(c.Wall), text(c.CPU), text(w.Wall), text(w.CPU), text(e.Wall))
	}
	return nil
}

func text(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// median returns the sample with the median of the time on the clock.
func median(samples []usage.Sample) usage.Sample {
	slices.SortFunc(samples, func(a, b usage.Sample) int { return int(a.Wall - b.Wall) })
	return samples[len(samples)/2]
}

// build links a program anew, so that cmd/go takes none of its earlier results: the
// executable records the flags it was linked with. The variable need not exist.
func (b *bench) build(dir, pkg, name string) (exe string, err error) {
	b.turn++
	exe = filepath.Join(b.scratch, fmt.Sprintf("turn%d", b.turn), name)
	return exe, gobuild.Build(dir, pkg, exe, fmt.Sprintf("-ldflags=-X main.salt=%d.%d", os.Getpid(), b.turn))
}

// twice runs a command cold and warm. Findings are no errors.
func (b *bench) twice(env []string, name string, args ...string) (cold, warm usage.Sample, err error) {
	once := func() (usage.Sample, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = b.dir
		cmd.Env = append(os.Environ(), env...)
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		s, err := usage.Run(cmd, name)
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 1 {
			err = nil
		}
		if err != nil {
			err = fmt.Errorf("%v: %w\n%s", cmd.Args, err, out.String())
		}
		return s, err
	}
	if cold, err = once(); err == nil {
		warm, err = once()
	}
	return cold, warm, err
}

// vet runs a vet tool by go vet.
func vet(pkg string) func(*bench) (cold, warm, edit usage.Sample, err error) {
	return func(b *bench) (cold, warm, edit usage.Sample, err error) {
		exe, err := b.build(b.root, pkg, "tool")
		if err == nil {
			cold, warm, err = b.twice(nil, "go", "vet", "-json", "-vettool="+exe, "./...")
		}
		return cold, warm, edit, err
	}
}

// command runs lockvet ./...
func command(b *bench) (cold, warm, edit usage.Sample, err error) {
	exe, err := b.build(b.root, gobuild.Lockvet, "lockvet")
	if err == nil {
		cold, warm, err = b.twice(nil, exe, "./...")
	}
	return cold, warm, edit, err
}

// golangci runs golangci-lint with its default linters, and with lockvet.
func golangci(lockvet bool) func(*bench) (cold, warm, edit usage.Sample, err error) {
	return func(b *bench) (cold, warm, edit usage.Sample, err error) {
		exe, err := b.build(filepath.Join(b.root, "integration"), "./golangci-lint", "golangci-lint")
		if err != nil {
			return cold, warm, edit, err
		}
		conf := "version: \"2\"\n"
		if lockvet {
			conf += "linters:\n  enable: [lockvet]\n  settings:\n    custom:\n      lockvet:\n        type: module\n"
		}
		file := filepath.Join(b.scratch, fmt.Sprintf("golangci%d.yml", b.turn))
		if err := os.WriteFile(file, []byte(conf), 0o666); err != nil {
			return cold, warm, edit, err
		}
		env := []string{"GOLANGCI_LINT_CACHE=" + filepath.Join(b.scratch, fmt.Sprintf("cache%d", b.turn))}
		cold, warm, err = b.twice(env, exe, "run", "-c", file, "--timeout=30m", "./...")
		return cold, warm, edit, err
	}
}
