package happened

import "sync"

// Who closes started has the lock, and gives it back before Close comes to it: Close is called after that.
type receiver struct {
	mu      sync.RWMutex
	wg      sync.WaitGroup
	started chan struct{}
	early   chan struct{}
	once    bool
}

func (r *receiver) found() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.once {
		return
	}
	r.once = true
	r.wg.Go(func() {
		r.mu.RLock()
		defer r.mu.RUnlock()
		close(r.started)
	})
}

func (r *receiver) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wg.Wait()
}

func use() {
	r := &receiver{started: make(chan struct{})}
	go r.found()
	<-r.started
	r.end()
}

// Who closes it before the lock may have to wait for that.
type early struct {
	mu      sync.RWMutex
	wg      sync.WaitGroup
	started chan struct{}
}

func (e *early) found() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wg.Go(func() {
		close(e.started)
		e.mu.RLock()
		defer e.mu.RUnlock()
	})
}

func (e *early) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wg.Wait() // want `e.wg.Wait with e.mu held \(since started.go:\d+\): its goroutine \(started.go:\d+\) must lock e.mu first`
}

func useEarly() {
	e := &early{started: make(chan struct{})}
	go e.found()
	<-e.started
	e.end()
}
