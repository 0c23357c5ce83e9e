package oracle

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/oracle/giant"
)

var updateWork = flag.Bool("update-work", false, "write what the analysis takes now to testdata/work.txt")

// more is how much more work than work.txt has fails the test, and how much less asks for a new one. What is counted
// differs by a few percent between runs, and by more between versions of Go.
const more = 1.3

// The analysis takes as much work as it did when testdata/work.txt was written. A test of the time would fail on a busy
// machine, and say nothing on a fast one.
func TestWork(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses large programs")
	}
	type program struct {
		name string
		load func() (*Package, error)
	}
	var programs []program
	for _, shape := range giant.Shapes {
		programs = append(programs, program{shape.Name, func() (*Package, error) { return Load(shape.Source(shape.N / 16)) }})
	}
	for _, path := range []string{"go/types", "net/http", "database/sql"} {
		programs = append(programs, program{path, func() (*Package, error) { return LoadStd(path) }})
	}
	text, err := os.ReadFile("testdata/work.txt")
	if err != nil && !*updateWork {
		t.Fatal(err)
	}
	known := make(map[string]Work)
	for line := range strings.Lines(string(text)) {
		var name string
		var w Work
		if _, err := fmt.Sscan(line, &name, &w.Steps, &w.Names, &w.KB, &w.SSA); err == nil {
			known[name] = w
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# What the analysis of a program takes. Written by: go test ./internal/oracle -run TestWork -update-work\n")
	fmt.Fprintf(&out, "%-14s %9s %9s %9s %9s\n", "# program", "steps", "names", "KB", "SSA-KB")
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			loaded, err := p.load()
			if err != nil {
				t.Fatal(err)
			}
			got, err := loaded.Work()
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			fmt.Fprintf(&out, "%-14s %9d %9d %9d %9d\n", p.name, got.Steps, got.Names, got.KB, got.SSA)
			want, ok := known[p.name]
			if *updateWork {
				return
			}
			if !ok {
				t.Errorf("testdata/work.txt does not have %s: run with -update-work", p.name)
			}
			for _, c := range []struct {
				what      string
				got, want int
				little    int // of which a few more or less mean nothing: a compressor is made anew, or was kept
			}{{"instructions executed", got.Steps, want.Steps, 300}, {"names asked for", got.Names, want.Names, 300}, {"KB allocated", got.KB, want.KB, 2000}} {
				switch ratio := float64(c.got+c.little) / float64(c.want+c.little); {
				case ratio > more:
					t.Errorf("%s: %d %s, which were %d: %.2f times the work. Find out why; if it has to be, run with -update-work", p.name, c.got, c.what, c.want, ratio)
				case ratio < 1/more:
					t.Errorf("%s: %d %s, which were %d: run with -update-work, so that it stays so", p.name, c.got, c.what, c.want)
				}
			}
		})
	}
	if *updateWork && !t.Failed() {
		if err := os.WriteFile("testdata/work.txt", []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// faster are the shapes whose work for each line grows, and how much is allowed where the program is four times as large.
var faster = map[string]float64{
	"fields":     1.9, // guardedby asks of each store to a struct where the struct gets known
	"goroutines": 1.5, // package groups keeps the paths of the function that starts them
	"leasing":    3.0, // distlock remembers whether each of the errors on the way was nil, in each block
}

// The work for each line stays the same where a program is twice or four times as large.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses large programs")
	}
	for _, shape := range giant.Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			var first Work
			for _, times := range []int{1, 2, 4} {
				p, err := Load(shape.Source(shape.N / 16 * times))
				if err != nil {
					t.Fatal(err)
				}
				w, err := p.Work()
				if err != nil {
					t.Fatal(err)
				}
				if times == 1 {
					first = w
					continue
				}
				perLine := func(now, then int) float64 {
					const little = 300
					return float64(now+little) / float64(times) / float64(then+little)
				}
				steps, names, kb, ssa := perLine(w.Steps, first.Steps), perLine(w.Names, first.Names), perLine(w.KB, first.KB), perLine(w.SSA, first.SSA)
				t.Logf("%-12s %d times as large: %.2f steps, %.2f names, %.2f KB, %.2f KB of go/ssa for each line", shape.Name, times, steps, names, kb, ssa)
				if allowed := cmp.Or(faster[shape.Name], more); max(steps, names, kb) > allowed {
					t.Errorf("%s, %d times as large: %.2f times the instructions, %.2f the names, %.2f the memory for each line; %.2f is allowed", shape.Name, times, steps, names, kb, allowed)
				}
			}
		})
	}
}
