// Loops that poll a field, with a lock held that whoever changes the field needs.
package blockinglock

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type polled struct {
	mu, other sync.Mutex
	rw        sync.RWMutex
	stopped   bool
	n         int
	jobs      []int
	conns     map[string]int
	running   atomic.Bool
	active    int64
}

func (p *polled) stop() {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
}

func (p *polled) awaitStop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.stopped { // want `loop until p\.stopped changes with p\.mu held \(since poll\.go:\d+\): its change \(poll\.go:\d+\) must lock p\.mu first \(poll\.go:\d+\): deadlock`
		time.Sleep(time.Millisecond)
	}
}

// Between two looks, others get the lock.
func (p *polled) awaitStopRight() {
	p.mu.Lock()
	for !p.stopped {
		p.mu.Unlock()
		time.Sleep(time.Millisecond)
		p.mu.Lock()
	}
	p.mu.Unlock()
}

func (p *polled) awaitStopForAWhile() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := 0; i < 10 && !p.stopped; i++ {
		time.Sleep(time.Millisecond)
	}
}

func (p *polled) add(n int) {
	p.mu.Lock()
	p.n += n
	p.jobs = append(p.jobs, n)
	p.mu.Unlock()
}

func (p *polled) take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.jobs) == 0 { // want `loop until p\.jobs changes with p\.mu held`
		runtime.Gosched()
	}
	first := p.jobs[0]
	p.jobs = p.jobs[1:]
	return first
}

func (p *polled) open(name string) {
	p.rw.Lock()
	p.conns[name]++
	p.rw.Unlock()
}

func (p *polled) hangUp(name string) {
	p.rw.Lock()
	delete(p.conns, name)
	p.rw.Unlock()
}

func (p *polled) drain() {
	p.rw.RLock()
	p.idle()
	p.rw.RUnlock()
}

func (p *polled) idle() {
	for len(p.conns) > 0 { // want `loop until p\.conns changes with p\.rw held`
		time.Sleep(time.Millisecond)
	}
}

// serve counts itself in before it takes the lock, and out after.
func (p *polled) serve() {
	atomic.AddInt64(&p.active, 1)
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	atomic.AddInt64(&p.active, -1)
}

func (p *polled) shutDown() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for atomic.LoadInt64(&p.active) > 0 { // want `loop until p\.active changes with p\.mu held`
		time.Sleep(time.Millisecond)
	}
}

// Whoever changes this flag needs another lock, or none.
func (p *polled) run() {
	p.other.Lock()
	p.running.Store(true)
	p.other.Unlock()
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	p.running.Store(false)
}

func (p *polled) awaitRun() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.running.Load() {
		time.Sleep(time.Millisecond)
	}
}

// A watched field is changed in two places, one of which needs no lock.
type watched struct {
	mu    sync.Mutex
	ready bool
	done  atomic.Bool
	hint  *bool

	worked bool
}

func (w *watched) finish() {
	w.mu.Lock()
	w.done.Store(true)
	w.mu.Unlock()
}

func (w *watched) abort() { w.done.Store(true) }

func (w *watched) await() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.done.Load() {
		time.Sleep(time.Millisecond)
	}
}

// The address of this one is elsewhere.
func (w *watched) lend() { w.hint = &w.ready }

func (w *watched) set() {
	w.mu.Lock()
	w.ready = true
	w.mu.Unlock()
}

func (w *watched) awaitReady() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.ready {
		time.Sleep(time.Millisecond)
	}
}

// Another object is polled than the one whose lock is held.
func (p *polled) awaitOther(o *polled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !o.stopped {
		time.Sleep(time.Millisecond)
	}
}

// Work is done between two looks.
func (w *watched) work(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.worked {
		time.Sleep(time.Millisecond)
		n++
		w.worked = n > 3
	}
}

func (w *watched) skip() {
	w.mu.Lock()
	w.worked = true
	w.mu.Unlock()
}
