package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
	"github.com/lockvet/lockvet/internal/measure/usage"
)

// A contender is a tool of the comparison, ready for one cold run.
type contender interface {
	name() string
	// prepare does what must not be measured: it makes the next run cold.
	prepare(round int) error
	run(ctx context.Context, dir string, patterns []string) (usage.Sample, error)
}

// without is how the name of a lockvet begins that leaves a check out.
const without = "lockvet-without-"

// newContenders makes the tools that are named.
func newContenders(scratch string, names []string) ([]contender, error) {
	root, err := gobuild.Root()
	if err != nil {
		return nil, err
	}
	var tools []contender
	for _, name := range names {
		exe := filepath.Join(scratch, name)
		switch name {
		case subject:
			tools = append(tools, &vetContender{name, gobuild.Lockvet, root, exe, nil})
		case "ssatool":
			tools = append(tools, &vetContender{name, "./internal/measure/bench/ssatool", root, exe, nil})
		case "staticcheck":
			if err := gobuild.Build(filepath.Join(root, "tools"), "honnef.co/go/tools/cmd/staticcheck", exe); err != nil {
				return nil, err
			}
			tools = append(tools, &staticcheckContender{exe: exe, scratch: scratch})
		default:
			check, ok := strings.CutPrefix(name, without)
			if !ok {
				return nil, fmt.Errorf("no tool %q: there are lockvet, %sCHECK, ssatool, staticcheck", name, without)
			}
			tools = append(tools, &vetContender{name, gobuild.Lockvet, root, exe, []string{"-" + check + "=false"}})
		}
	}
	return tools, nil
}

// A vetContender is a vet tool of this module, run by go vet.
type vetContender struct {
	tool, pkg string
	root, exe string
	flags     []string
}

func (c *vetContender) name() string { return c.tool }

// prepare links the tool anew. cmd/go takes a vet tool's earlier results only for
// the same executable, and an executable records the flags it was linked with, so
// the salt is all that has to change; the variable need not exist. Everything else
// in the build cache stays warm, which is the state after go build or go test.
func (c *vetContender) prepare(round int) error {
	salt := fmt.Sprintf("%d-%d", os.Getpid(), round)
	return gobuild.Build(c.root, c.pkg, c.exe, "-ldflags=-X main.salt="+salt)
}

func (c *vetContender) run(ctx context.Context, dir string, patterns []string) (usage.Sample, error) {
	// With -json, findings don't fail the run.
	args := slices.Concat([]string{"vet", "-json", "-vettool=" + c.exe}, c.flags, patterns)
	return turn(ctx, dir, c.exe, nil, "go", args...)
}

// A staticcheckContender is honnef.co's staticcheck with its default checks.
type staticcheckContender struct {
	exe, scratch string
	cache        string
}

func (c *staticcheckContender) name() string { return "staticcheck" }

// prepare gives it an empty cache.
func (c *staticcheckContender) prepare(round int) error {
	if err := os.RemoveAll(c.cache); err != nil {
		return err
	}
	c.cache = filepath.Join(c.scratch, fmt.Sprintf("staticcheck-cache-%d", round))
	return os.Mkdir(c.cache, 0o777)
}

func (c *staticcheckContender) run(ctx context.Context, dir string, patterns []string) (usage.Sample, error) {
	// -fail with no check: findings don't fail the run.
	args := append([]string{"-fail", "none"}, patterns...)
	return turn(ctx, dir, c.exe, []string{"STATICCHECK_CACHE=" + c.cache}, c.exe, args...)
}
