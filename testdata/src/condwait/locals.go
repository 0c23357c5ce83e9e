package condwait

import "sync"

func local(work func()) {
	var mu sync.Mutex
	done := false
	cond := sync.NewCond(&mu)
	go func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
		cond.Signal()
	}()
	for !done {
		cond.Wait() // want `Wait unlocks mu, which is not locked`
	}
	mu.Lock()
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}

func goroutine(work func()) {
	var mu sync.Mutex
	done := false
	cond := sync.NewCond(&mu)
	go func() {
		for !done {
			cond.Wait() // want `Wait unlocks mu, which the goroutine started at locals\.go:\d+ does not hold`
		}
	}()
	go func() {
		mu.Lock()
		defer mu.Unlock()
		for !done {
			cond.Wait()
		}
	}()
	work()
	mu.Lock()
	done = true
	mu.Unlock()
	cond.Broadcast()
}

// A Cond that is a parameter: its lock is the caller's.
func await(cond *sync.Cond, ok func() bool) {
	for !ok() {
		cond.Wait()
	}
}

func uses(ok func() bool) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	register(cond)
	mu.Lock()
	await(cond, ok)
	mu.Unlock()
	await(cond, ok) // want `Wait at locals\.go:\d+ by await unlocks mu, which was unlocked before, at locals\.go:\d+`
}

func register(*sync.Cond)

// Nothing has been tested since the lock was taken.
func next(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
		cond.Broadcast()
	}()
	mu.Lock()
	cond.Wait() // want `Wait right after locking mu misses an earlier Signal: test the condition first, in a loop`
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}

// Whether to wait at all has been decided before: what is wrong is said once.
type debugged struct {
	cond    *sync.Cond
	stop    bool
	running bool
}

func newDebugged() *debugged { return &debugged{cond: sync.NewCond(new(sync.Mutex))} }

func (d *debugged) step() {
	if d.stop {
		d.running = false
		d.cond.L.Lock()
		d.cond.Wait() // want `Wait right after locking d.cond.L misses an earlier Signal: test the condition first, in a loop`
		d.cond.L.Unlock()
	}
}

func (d *debugged) resume(stop bool) {
	d.cond.L.Lock()
	d.stop, d.running = stop, true
	d.cond.L.Unlock()
	d.cond.Broadcast()
}

// Fine: there is nothing to test.
func tick(ticks <-chan int) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	go func() {
		for range ticks {
			cond.Broadcast()
		}
	}()
	mu.Lock()
	cond.Wait()
	mu.Unlock()
}

// Fine: who signals has been told to only now.
func reply(ask chan<- struct{}) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	register(cond)
	mu.Lock()
	ask <- struct{}{}
	cond.Wait()
	mu.Unlock()
}
