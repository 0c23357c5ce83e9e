// Package par runs functions in goroutines.
package par

import "sync"

// Each runs f for each element, and waits for all.
func Each[T any](in []T, f func(T)) {
	var wg sync.WaitGroup
	for _, v := range in {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(v)
		}()
	}
	wg.Wait()
}

// Start runs f for each element, and waits for none.
func Start(in []int, f func(int)) {
	for _, v := range in {
		go func() { f(v) }()
	}
}

// Some waits only if it is told to.
func Some(in []int, wait bool, f func(int)) {
	var wg sync.WaitGroup
	for _, v := range in {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(v)
		}()
	}
	if wait {
		wg.Wait()
	}
}
