// Package SA2000 has calls of WaitGroup.Add before and in the goroutine that is
// waited for.
package SA2000

import "sync"

func late() {
	var wg sync.WaitGroup
	go func() {
		wg.Add(1) // want `should call wg.Add\(1\) before starting the goroutine to avoid a race`
		defer wg.Done()
	}()
	wg.Wait()
}

type group struct{ sync.WaitGroup }

func promoted(g *group) {
	go func() {
		g.Add(1) // want `should call g.Add\(1\)`
		defer g.Done()
	}()
	g.Wait()
}

func inTime() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
	}()
	wg.Wait()
}
