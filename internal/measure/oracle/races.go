package main

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/lockvet/lockvet/internal/oracle/conc"
)

// races judges programs of several goroutines that share fields, and returns the exit code.
func races(seed uint64, from, n, show int) int {
	var (
		mu                                  sync.Mutex
		findings, pairs, elsewhere, skipped int
		total, missed, wrong                int
		kinds                               = map[string]int{}
		numbers                             = make(chan int)
		wg                                  sync.WaitGroup
	)
	judge := func(number int) {
		p := conc.NewRacy(seed, number)
		v, err := conc.JudgeRaces(p)
		type pick struct {
			category string
			free     bool
		}
		var picked []pick
		mu.Lock()
		if err != nil {
			skipped++
			fmt.Fprintf(os.Stderr, "oracle: program %d: %v\n", number, err)
		}
		findings, pairs, elsewhere = findings+len(v.Findings), pairs+len(v.Pairs), elsewhere+len(v.Elsewhere)
		total, missed, wrong = total+v.Races, missed+v.Missed, wrong+len(v.Wrong)
		for _, f := range v.Findings {
			kinds["found "+f.Category]++
		}
		for _, f := range v.Wrong {
			if kinds["wrong "+f.Category]++; kinds["wrong "+f.Category] <= show {
				picked = append(picked, pick{f.Category, false})
			}
		}
		for _, f := range v.Elsewhere {
			if kinds["elsewhere "+f.Category]++; kinds["elsewhere "+f.Category] <= show {
				picked = append(picked, pick{f.Category, true})
			}
		}
		mu.Unlock()
		for _, k := range picked {
			small, what := conc.MinimiseRacy(p, k.category, k.free)
			mu.Lock()
			fmt.Printf("wrong %s (seed %d, program %d; right if messages keep nobody apart: %v)\n%s\n%s\n", k.category, seed, number, k.free, what, small.Source())
			mu.Unlock()
		}
	}
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for number := range numbers {
				judge(number)
			}
		})
	}
	for i := range n {
		if i > 0 && i%1000 == 0 {
			fmt.Fprintf(os.Stderr, "%d of %d\n", i, n)
		}
		numbers <- from + i
	}
	close(numbers)
	wg.Wait()
	fmt.Printf("%d programs, %d of them not judged; %d findings, %d wrong, %d that messages prevent, %d that name another access; %d races, %d missed\n",
		n, skipped, findings, wrong, elsewhere, pairs, total, missed)
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Printf("  %s: %d\n", k, kinds[k])
	}
	if wrong > 0 {
		return 1
	}
	return 0
}
