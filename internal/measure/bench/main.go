// Command bench compares cold runs of lockvet with those of two other tools on a
// module: ssatool, a vet tool that does the least an analysis across packages can
// do, and staticcheck.
//
//	go run ./internal/measure/bench [-dir DIR] [-n ROUNDS] [-tools NAMES] [packages]
//
// It prints ratios; docs/benchmark.md says how to read them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/measure/usage"
)

// subject is the tool that the others are compared with.
const subject = "lockvet"

func main() {
	dir := flag.String("dir", ".", "directory of the module to analyse")
	rounds := flag.Int("n", 3, "number of rounds; each runs every tool once")
	tools := flag.String("tools", "lockvet,ssatool,staticcheck", "tools to run")
	flag.Parse()
	patterns := flag.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	samples, names, err := bench(ctx, *dir, patterns, *rounds, strings.Split(*tools, ","))
	if err == nil {
		err = printTable(os.Stdout, names, samples)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

// bench runs the tools round after round and returns a sample per tool and round.
func bench(ctx context.Context, dir string, patterns []string, rounds int, names []string) (map[string][]usage.Sample, []string, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, nil, err
	}
	scratch, err := os.MkdirTemp("", "lockvet-bench-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(scratch)
	// /proc has the executable's path with symbolic links resolved.
	if scratch, err = filepath.EvalSymlinks(scratch); err != nil {
		return nil, nil, err
	}
	tools, err := newContenders(scratch, names)
	if err != nil {
		return nil, nil, err
	}

	// The first turn of each tool is not counted: it compiles what the tools read,
	// and shows early that the packages can be analysed at all.
	samples := map[string][]usage.Sample{}
	for round := range rounds + 1 {
		for _, tool := range rotate(tools, round) {
			if err := tool.prepare(round); err != nil {
				return nil, nil, err
			}
			s, err := tool.run(ctx, dir, patterns)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", tool.name(), err)
			}
			title := "warm-up"
			if round > 0 {
				title = fmt.Sprintf("round %d of %d", round, rounds)
				samples[tool.name()] = append(samples[tool.name()], s)
			}
			fmt.Fprintf(os.Stderr, "%s: %s took %.1fs\n", title, tool.name(), s.Wall.Seconds())
		}
	}
	return samples, names, nil
}

// rotate lets another tool begin each round, so that none always follows the same
// one, whose files the system then has in memory.
func rotate(tools []contender, round int) []contender {
	k := round % len(tools)
	return slices.Concat(tools[k:], tools[:k])
}
