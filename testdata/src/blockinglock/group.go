package blockinglock

import "sync"

type pool struct {
	mu    sync.Mutex
	wg    sync.WaitGroup
	drain sync.WaitGroup
	n     int
}

func (p *pool) start() {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
	}()
}

func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wg.Wait() // want `p.wg is waited for with p.mu held since group.go:23: its Done \(group.go:15\) needs p.mu first, at group.go:16, so neither goes on`
}

// Nobody calls Done.
func (p *pool) task() { p.drain.Add(1) }

func (p *pool) quiesce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drain.Wait() // want `p.drain is waited for with p.mu held since group.go:32: nobody calls its Done`
}

// A group and a lock that are variables.
func each(items []int) (sum int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for _, x := range items {
		wg.Go(func() {
			mu.Lock()
			sum += x
			mu.Unlock()
		})
	}
	wg.Wait() // want `wg is waited for with mu held since group.go:41: its goroutine \(group.go:43\) needs mu first, at group.go:44, so neither goes on`
	mu.Unlock()
	return sum
}

// Given back before.
func eachRight(items []int) (sum int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, x := range items {
		wg.Go(func() {
			mu.Lock()
			sum += x
			mu.Unlock()
		})
	}
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	return sum
}
