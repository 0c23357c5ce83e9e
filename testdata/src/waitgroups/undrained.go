package waitgroups

import (
	"errors"
	"sync"
)

// What the goroutines send is received only when they have ended.
func sum(n int) (total int) {
	results := make(chan int)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- i
		}()
	}
	wg.Wait() // want `wg.Wait never returns: what the goroutine sends before its Done \(undrained.go:16\) is received only afterwards \(undrained.go:21\)`
	close(results)
	for r := range results {
		total += r
	}
	return total
}

func work(i int, errs chan<- error, wg *sync.WaitGroup) {
	defer wg.Done()
	if i > 3 {
		errs <- errors.New("too many")
	}
}

func errorsOf(n int) error {
	errs := make(chan error)
	wg := &sync.WaitGroup{}
	wg.Add(n)
	for i := range n {
		go work(i, errs, wg)
	}
	wg.Wait() // want `wg.Wait never returns: what the goroutine sends before its Done \(undrained.go:30\) is received only afterwards \(undrained.go:43\)`
	close(errs)
	return <-errs
}

func goes(n int) {
	c := make(chan int)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { c <- n })
	}
	wg.Wait() // want `wg.Wait never returns: what the goroutine sends before its Done \(undrained.go:50\) nothing receives`
}

// These are right: there is room, somebody else waits, somebody else receives, the send comes after the Done, or is tried.
func roomy(n int) (total int) {
	results := make(chan int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- i
		}()
	}
	wg.Wait()
	close(results)
	for r := range results {
		total += r
	}
	return total
}

func closer(n int) (total int) {
	results := make(chan int)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- i
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	for r := range results {
		total += r
	}
	return total
}

func drained(n int) (total int) {
	results, done := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- i
		}()
	}
	go func() {
		for r := range results {
			total += r
		}
		close(done)
	}()
	wg.Wait()
	close(results)
	<-done
	return total
}

func afterDone(n int) (total int) {
	results := make(chan int)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			wg.Done()
			results <- i
		}()
	}
	wg.Wait()
	for range n {
		total += <-results
	}
	return total
}

func tried(n int) error {
	errs := make(chan error)
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			select {
			case errs <- errors.New("no"):
			default:
			}
		}()
	}
	wg.Wait()
	return nil
}

func otherGroup(n int) (total int) {
	results := make(chan int)
	var ready, wg sync.WaitGroup
	ready.Add(n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ready.Done()
			results <- i
		}()
	}
	ready.Wait()
	for range n {
		total += <-results
	}
	wg.Wait()
	return total
}
