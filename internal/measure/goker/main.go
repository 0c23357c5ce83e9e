// Command goker measures lockvet on GoKer, the 103 bug kernels of GoBench
// (github.com/timmyyuan/gobench): 68 that hang and 35 that do not.
//
//	go run ./internal/measure/goker -dir DIR [-v] [-causes FILE]
//
// DIR is a checkout of GoBench. The command prints, for each of the 43 kernels
// whose bug has to do with locks, whether a report stands at the cause (found),
// elsewhere (wrong) or nowhere (missed), by the table in causes.tsv. The other 60
// must be silent. Missed and wrong kernels are a result, not a failure: it exits
// with 0 unless it could not measure.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/measure/gobuild"
)

func main() {
	dir := flag.String("dir", "", "checkout of github.com/timmyyuan/gobench")
	causes := flag.String("causes", "", "table of causes, in place of the built-in one")
	verbose := flag.Bool("v", false, "list every report")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	results, err := measure(*dir, *causes)
	if err == nil {
		err = printTable(os.Stdout, results, *verbose)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "goker:", err)
		os.Exit(2)
	}
}

// measure builds lockvet, runs it over the kernels and judges the reports.
func measure(dir, causesFile string) ([]result, error) {
	causes, err := loadCauses(causesFile)
	if err != nil {
		return nil, err
	}
	goker := filepath.Join(dir, "gobench", "goker")
	kernels, err := findKernels(goker)
	if err != nil {
		return nil, err
	}
	root, err := gobuild.Root()
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "lockvet-goker-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	exe := filepath.Join(scratch, "lockvet.exe") // a name that every system runs
	if err := gobuild.Build(root, gobuild.Lockvet, exe); err != nil {
		return nil, err
	}
	reports, err := analyse(exe, goker, scratch, kernels)
	if err != nil {
		return nil, err
	}
	return judgeAll(causes, kernels, reports)
}

func loadCauses(file string) ([]cause, error) {
	if file == "" {
		return parseCauses(strings.NewReader(embeddedCauses))
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	causes, err := parseCauses(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return causes, nil
}

// judgeAll gives a result per kernel: those with a cause in the order of the
// table, then the others by name. A cause without its kernel means that the
// checkout is not the one the table was made for.
func judgeAll(causes []cause, kernels []kernel, reports map[string][]frontend.Finding) ([]result, error) {
	rest := map[string]bool{}
	for _, k := range kernels {
		rest[k.name] = true
	}
	var results []result
	for _, c := range causes {
		if !rest[c.kernel] {
			return nil, fmt.Errorf("the table of causes has %s, the checkout does not", c.kernel)
		}
		delete(rest, c.kernel)
		results = append(results, judge(c.kernel, &c, reports[c.kernel]))
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		results = append(results, judge(name, nil, reports[name]))
	}
	return results, nil
}
