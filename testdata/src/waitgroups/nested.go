package waitgroups

import (
	"sync"
	"time"
)

// The goroutines are started by another one, as many as are counted.
func nested(short bool, work func()) {
	n := 200
	if short {
		n = 20
	}
	var wg sync.WaitGroup
	wg.Add(n)
	go func() {
		for i := 0; i < n; i++ {
			go func() {
				work()
				wg.Done()
			}()
		}
	}()
	wg.Wait()
}

// Waiting ends after a while.
func waitFor(wg *sync.WaitGroup, d time.Duration) bool {
	done := make(chan bool)
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(d):
		return false
	}
}

func timeout() bool {
	var wg sync.WaitGroup
	wg.Add(1)
	return waitFor(&wg, time.Second)
}

func nestedWhile(next func() func()) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		for {
			work := next()
			if work == nil {
				return
			}
			go func() {
				work()
				wg.Done()
			}()
		}
	}()
	wg.Wait()
}

type logger interface{ Debug(args ...any) }

type worker interface{ Names() []string }

// What the goroutines of two iterations do differs by what they are started with.
func inner(l logger, workers []worker) {
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Add(1)
		go func(w worker) {
			defer wg.Done()
			names := w.Names()
			l.Debug(names)
			eachName(names)
		}(w)
	}
	wg.Wait()
}

func eachName(names []string) {
	var wg sync.WaitGroup
	for _, n := range names {
		wg.Add(1)
		go func(n string) {
			defer wg.Done()
			println(n)
		}(n)
	}
	wg.Wait()
}
