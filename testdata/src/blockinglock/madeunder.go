package blockinglock

import (
	"context"
	"sync"
)

// Who waits makes the channel with the lock held: whoever closes it has to get the lock first to find it.
type permits struct {
	size int

	mu      sync.Mutex
	used    int
	waiters []*permit
}

type permit struct {
	n     int
	ready chan struct{}
}

func (p *permits) acquire(ctx context.Context, n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size-p.used >= n && len(p.waiters) == 0 {
		p.used += n
		return nil
	}
	w := &permit{n: n, ready: make(chan struct{})}
	p.waiters = append(p.waiters, w)
	select { // want `select with p\.mu held \(since madeunder\.go:\d+\): its close must lock p\.mu first \(madeunder\.go:\d+\): only its context or time ends it`
	case <-w.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *permits) release(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used -= n
	for len(p.waiters) > 0 {
		w := p.waiters[0]
		if p.size-p.used < w.n {
			return
		}
		p.used += w.n
		p.waiters = p.waiters[1:]
		close(w.ready)
	}
}

// Without the lock it waits for its turn.
type turns struct {
	mu      sync.Mutex
	busy    bool
	waiters []chan struct{}
}

func (t *turns) acquire(ctx context.Context) error {
	t.mu.Lock()
	if !t.busy {
		t.busy = true
		t.mu.Unlock()
		return nil
	}
	ready := make(chan struct{})
	t.waiters = append(t.waiters, ready)
	t.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *turns) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = len(t.waiters) > 0
	if t.busy {
		close(t.waiters[0])
		t.waiters = t.waiters[1:]
	}
}

// Who gets the channel as a message may be past the lock.
type office struct {
	mu    sync.Mutex
	ready bool
	tasks chan chan int
}

func (o *office) run() {
	o.mu.Lock()
	o.ready = true
	o.mu.Unlock()
	for task := range o.tasks {
		task <- 1
	}
}

func (o *office) ask() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ready {
		return 0
	}
	answer := make(chan int)
	o.tasks <- answer
	return <-answer
}

func usePermits(ctx context.Context) {
	p := &permits{size: 1}
	go p.release(1)
	_ = p.acquire(ctx, 1)
	t := &turns{}
	go t.release()
	_ = t.acquire(ctx)
	o := &office{tasks: make(chan chan int)}
	go o.run()
	o.ask()
}

// Who has asked may have given up when the answer comes, and the lock is held for ever.
type archive struct {
	mu      sync.Mutex
	queries int
}

func (a *archive) query(ctx context.Context) int {
	answer := make(chan int)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.queries++
		answer <- a.queries // want `send to answer with a\.mu held \(since madeunder\.go:\d+\): its receiver \(madeunder\.go:\d+\) may have ended \(madeunder\.go:\d+\): deadlock`
	}()
	select {
	case n := <-answer:
		return n
	case <-ctx.Done():
		return 0
	}
}

// An answer with room for it waits for nobody, and a wait that is not given up gets it.
func (a *archive) queryRoom(ctx context.Context) int {
	answer := make(chan int, 1)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.queries++
		answer <- a.queries
	}()
	select {
	case n := <-answer:
		return n
	case <-ctx.Done():
		return 0
	}
}

func (a *archive) queryAll(ctx context.Context) int {
	answer := make(chan int)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.queries++
		answer <- a.queries
	}()
	select {
	case n := <-answer:
		return n
	case <-ctx.Done():
		return <-answer
	}
}

// Nobody wants the lock of what the function has made when it has given up.
func askOwn(ctx context.Context) int {
	a := &archive{}
	answer := make(chan int)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		answer <- a.queries
	}()
	select {
	case n := <-answer:
		return n
	case <-ctx.Done():
		return 0
	}
}
