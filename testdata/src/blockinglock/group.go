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
	p.wg.Wait() // want `p\.wg\.Wait with p\.mu held \(since group\.go:\d+\): its Done \(group\.go:\d+\) must lock p\.mu first \(group\.go:\d+\): deadlock`
}

// Nobody calls Done.
func (p *pool) task() { p.drain.Add(1) }

func (p *pool) quiesce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drain.Wait() // want `p\.drain\.Wait with p\.mu held \(since group\.go:\d+\): nothing calls its Done`
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
	wg.Wait() // want `wg\.Wait with mu held \(since group\.go:\d+\): its goroutine \(group\.go:\d+\) must lock mu first \(group\.go:\d+\): deadlock`
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

// Silent: the goroutine counts itself under the lock. Who is waited for is past it.
type sentry struct {
	mu   sync.Mutex // no new one during a wait
	wg   sync.WaitGroup
	busy bool
	quit chan struct{}
}

func (m *sentry) enter() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy {
		return false
	}
	m.busy = true
	m.wg.Add(1)
	return true
}

func (m *sentry) watch() {
	if !m.enter() {
		return
	}
	defer m.wg.Done()
	<-m.quit
}

func (m *sentry) again() {
	m.mu.Lock()
	m.wg.Add(1)
	m.mu.Unlock()
	m.wg.Done()
}

func (m *sentry) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.quit)
	m.wg.Wait()
}

func monitored() {
	m := &sentry{quit: make(chan struct{})}
	go m.watch()
	go m.again()
	m.close()
}

// What it needs the lock for after that does count, and so does a worker that starts
// others.
type crew struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	left int
}

func (c *crew) join() {
	c.mu.Lock()
	c.wg.Add(1)
	c.mu.Unlock()
	c.mu.Lock()
	c.left++
	c.mu.Unlock()
	c.wg.Done()
}

func (c *crew) work() {
	defer c.wg.Done()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left > 0 {
		c.wg.Add(1)
		go c.work()
	}
}

func (c *crew) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wg.Wait() // want `c\.wg\.Wait with c\.mu held \(since group\.go:\d+\): its Done \(group\.go:\d+\) must lock c\.mu first \(group\.go:\d+\): deadlock`
}

func crews() {
	c := &crew{left: 2}
	go c.join()
	c.wg.Add(1)
	go c.work()
	c.finish()
}
