package blockinglock

import "sync"

// A wait for a call in flight, which needs the lock to take itself out of the map before it is done.
type inFlight struct {
	done sync.WaitGroup
	val  string
}

type flights struct {
	mu    sync.Mutex
	calls map[string]*inFlight
}

func (f *flights) do(key string, get func() string) string {
	f.mu.Lock()
	if c, ok := f.calls[key]; ok {
		c.done.Wait() // want `f\.calls\[key\]\.done\.Wait with f\.mu held \(since inflight\.go:17\): its Done must lock f\.mu first \(inflight\.go:\d+\): deadlock`
		f.mu.Unlock()
		return c.val
	}
	c := new(inFlight)
	c.done.Add(1)
	f.calls[key] = c
	f.mu.Unlock()
	f.run(key, c, get)
	return c.val
}

func (f *flights) run(key string, c *inFlight, get func() string) {
	defer c.done.Done()
	defer f.forget(key)
	c.val = get()
}

func (f *flights) forget(key string) {
	f.mu.Lock()
	delete(f.calls, key)
	f.mu.Unlock()
}

// Fine: the call is done before it takes the lock.
type tidyFlight struct {
	done sync.WaitGroup
	val  string
}

type tidyFlights struct {
	mu    sync.Mutex
	calls map[string]*tidyFlight
}

func (f *tidyFlights) do(key string, get func() string) string {
	f.mu.Lock()
	if c, ok := f.calls[key]; ok {
		c.done.Wait()
		f.mu.Unlock()
		return c.val
	}
	c := new(tidyFlight)
	c.done.Add(1)
	f.calls[key] = c
	f.mu.Unlock()
	c.val = get()
	c.done.Done()
	f.mu.Lock()
	delete(f.calls, key)
	f.mu.Unlock()
	return c.val
}

// Silent: some calls end without the lock, and it may be one of them.
type mixedFlight struct {
	done sync.WaitGroup
	val  string
}

type mixedFlights struct {
	mu    sync.Mutex
	calls map[string]*mixedFlight
}

func (f *mixedFlights) wait(key string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.calls[key]
	if !ok {
		return ""
	}
	c.done.Wait()
	return c.val
}

func (f *mixedFlights) start(key string, keep bool, get func() string) {
	c := new(mixedFlight)
	c.done.Add(1)
	f.mu.Lock()
	f.calls[key] = c
	f.mu.Unlock()
	if keep {
		go f.keep(c, get)
	} else {
		go f.drop(key, c, get)
	}
}

func (f *mixedFlights) keep(c *mixedFlight, get func() string) {
	defer c.done.Done()
	c.val = get()
}

func (f *mixedFlights) drop(key string, c *mixedFlight, get func() string) {
	defer c.done.Done()
	c.val = get()
	f.mu.Lock()
	delete(f.calls, key)
	f.mu.Unlock()
}
