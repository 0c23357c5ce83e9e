// Package waitgroup shows what is offered for an Add in the wrong place, and what is not.
package waitgroup

import "sync"

func all(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			wg.Add(1) // want `WaitGroup.Add called from inside new goroutine`
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

type pool struct{ wg sync.WaitGroup }

// Done is not deferred: no WaitGroup.Go.
func (p *pool) run(job func(int)) {
	go func(n int) {
		p.wg.Add(1) // want `WaitGroup.Add called from inside new goroutine`
		job(n)
		p.wg.Done()
	}(1)
}

// No fix: how many is known in the goroutine only.
func counted(wg *sync.WaitGroup, jobs chan []func()) {
	go func() {
		wg.Add(len(jobs)) // want `WaitGroup.Add called from inside new goroutine`
		for range jobs {
			wg.Done()
		}
	}()
}

// No fix: the WaitGroup is the literal's own.
func own(wgs chan *sync.WaitGroup) {
	go func(wg *sync.WaitGroup) {
		wg.Add(1) // want `WaitGroup.Add called from inside new goroutine`
		wg.Done()
	}(<-wgs)
}
