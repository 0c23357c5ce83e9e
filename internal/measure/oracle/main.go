// Command oracle compares what lockvet says about random programs with what
// happens when they run. docs/oracle.md says what it promises.
//
//	go run ./internal/measure/oracle [-n PROGRAMS] [-seed SEED] [-from NUMBER] [-show COUNT] [-wrong] [-goroutines] [-races]
//
// It prints the first few disagreements of each kind as small Go files, and sums
// up. It exits with 1 if a report was wrong.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/lockvet/lockvet/internal/oracle"
)

func main() {
	n := flag.Int("n", 10_000, "number of programs")
	seed := flag.Uint64("seed", 1, "seed of the programs")
	from := flag.Int("from", 0, "number of the first program")
	show := flag.Int("show", 3, "how many disagreements of each kind to show")
	wrong := flag.Bool("wrong", false, "show wrong reports only")
	several := flag.Bool("goroutines", false, "programs of two or three goroutines, for lockorder and blockinglock")
	racy := flag.Bool("races", false, "programs of two or three goroutines with fields, for guardedby")
	flag.Parse()
	if *racy {
		os.Exit(races(*seed, *from, *n, *show))
	}
	if *several {
		os.Exit(goroutines(*seed, *from, *n, *show, *wrong))
	}

	firsts := make(chan int)
	go func() {
		for first := *from; first < *from+*n; first += oracle.BatchSize {
			firsts <- first
		}
		close(firsts)
	}()
	var (
		mu     sync.Mutex
		sum    oracle.Tally
		shown  = map[string]int{}
		failed bool
		wg     sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for first := range firsts {
				t, cases, err := oracle.Batch(*seed, first)
				var picked []oracle.Case
				mu.Lock()
				if err != nil {
					failed = true
					fmt.Fprintln(os.Stderr, "oracle:", err)
				}
				sum.Add(t)
				for _, c := range cases {
					if shown[c.Name()]++; shown[c.Name()] <= *show && (c.Wrong || !*wrong) {
						picked = append(picked, c)
					}
				}
				if sum.Programs%(10*oracle.BatchSize) == 0 {
					fmt.Fprintf(os.Stderr, "%d of %d\n", sum.Programs, *n)
				}
				mu.Unlock()
				for _, c := range picked {
					text := fmt.Sprintf("%s (seed %d, %s)\n%s\n%s\n", c.Name(), *seed, c.Program.Root, c.Disagreement, c.Minimised())
					mu.Lock()
					fmt.Print(text)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(sum)
	switch {
	case failed:
		os.Exit(2)
	case sum.Wrong > 0:
		os.Exit(1)
	}
}
