// Command growth measures how lockvet's time grows with the size of a file, in each of
// the dimensions of package giant.
//
//	go run ./internal/measure/growth [-only NAME,…] [-times K] [-repeat COUNT] [-cpuprofile FILE]
//
// For each shape it prints the processor time of the analysis for n, 2n, 4n and 8n, where 8n is the size that the
// tests have times K, and how many times as long the last took as the first. Time that grows
// with n·log n makes that about 8 to 11. It exits with 1 if one grows faster than allowed.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lockvet/lockvet/internal/oracle"
	"github.com/lockvet/lockvet/internal/oracle/giant"
)

// noise is how much longer than n·log n the largest may take: two runs of one program
// on a machine with other work differ by that much.
const noise = 1.6

func main() {
	only := flag.String("only", "", "the shapes to measure, by name")
	times := flag.Float64("times", 1, "how many times as large as in the tests")
	repeat := flag.Int("repeat", 3, "how often to measure: the fastest counts")
	profile := flag.String("cpuprofile", "", "write a profile to this file")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "growth:", err)
			os.Exit(2)
		}
		defer pprof.StopCPUProfile()
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "shape\t8n\tof\tn\t2n\t4n\t8n\t8n : n\t")
	failed := false
	if _, err := best(giant.Shapes[0], 100, 1); err != nil { // what runs first pays for reading sync
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(2)
	}
	for _, shape := range giant.Shapes {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), shape.Name) {
			continue
		}
		size := int(float64(shape.N) * *times)
		fmt.Fprintf(w, "%s\t%d\t%s\t", shape.Name, size, shape.What)
		var took []time.Duration
		for _, part := range []int{8, 4, 2, 1} {
			t, err := best(shape, size/part, *repeat)
			if err != nil {
				fmt.Fprintln(os.Stderr, "growth:", shape.Name, err)
				os.Exit(2)
			}
			took = append(took, t)
			fmt.Fprintf(w, "%v\t", t.Round(time.Millisecond))
		}
		ratio := float64(took[3]) / float64(took[0])
		note := ""
		if n := float64(size); ratio > noise*8*math.Log(n)/math.Log(n/8) && took[3] > time.Second/2 {
			note, failed = "too fast", true
		}
		fmt.Fprintf(w, "%.1f\t%s\n", ratio, note)
		w.Flush()
	}
	if failed {
		pprof.StopCPUProfile()
		os.Exit(1)
	}
}

// best returns the shortest time of several.
func best(shape giant.Shape, n, repeat int) (time.Duration, error) {
	source := shape.Source(n)
	least := time.Duration(math.MaxInt64)
	for range repeat {
		p, err := oracle.Load(source)
		if err != nil {
			return 0, err
		}
		runtime.GC()
		start := cpu()
		if _, err := p.Analyse(); err != nil {
			return 0, err
		}
		least = min(least, cpu()-start)
		if least > 10*time.Second {
			break
		}
	}
	return least, nil
}
