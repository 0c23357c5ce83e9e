package main

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lockvet/lockvet/internal/oracle/conc"
)

// goroutines judges programs of several goroutines, and returns the exit code.
func goroutines(seed uint64, from, n, show int, onlyWrong bool) int {
	var (
		mu                                     sync.Mutex
		findings, elsewhere, deadlocks, missed int
		wrong, failed                          int
		kinds                                  = map[string]int{}
		numbers                                = make(chan int)
		wg                                     sync.WaitGroup
	)
	judge := func(number int) {
		p := conc.New(seed, number)
		v, err := conc.Judge(p)
		var picked []string
		mu.Lock()
		if err != nil {
			failed++
			fmt.Fprintf(os.Stderr, "oracle: program %d: %v\n", number, err)
		}
		findings, elsewhere = findings+len(v.Findings), elsewhere+len(v.Elsewhere)
		deadlocks, missed, wrong = deadlocks+len(v.Deadlocks), missed+len(v.Missed), wrong+len(v.Wrong)
		for _, k := range v.Kinds() {
			if kinds[k]++; kinds[k] <= show && (strings.HasPrefix(k, "wrong") || !onlyWrong) {
				picked = append(picked, k)
			}
		}
		mu.Unlock()
		for _, k := range picked {
			small, what := conc.Minimise(p, k)
			mu.Lock()
			fmt.Printf("%s (seed %d, program %d)\n%s\n%s\n", k, seed, number, what, small.Source())
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
	fmt.Printf("%d programs; %d findings, %d wrong, %d that need what the program does not have; %d deadlocks, %d missed\n",
		n, findings, wrong, elsewhere, deadlocks, missed)
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Printf("  %s: %d\n", k, kinds[k])
	}
	switch {
	case failed > 0:
		return 2
	case wrong > 0:
		return 1
	}
	return 0
}
