package lockorder

import "sync"

// The L of each Cond is a lock of its own.
type waiter struct {
	ready *sync.Cond
	up    bool
}

type printer struct {
	done *sync.Cond
	jobs int
}

func newWaiter() *waiter { return &waiter{ready: sync.NewCond(&sync.Mutex{})} }

func newPrinter() *printer { return &printer{done: sync.NewCond(&sync.Mutex{})} }

var hooks sync.RWMutex

func hook(all []*waiter) {
	hooks.Lock()
	defer hooks.Unlock()
	for _, w := range all {
		w.ready.L.Lock() // want `hook locks hooks, then waiter\.ready\.L, and \(\*waiter\)\.start \(condl\.go:\d+\) in the opposite order: can deadlock`
		w.up = false
		w.ready.L.Unlock()
	}
}

func (w *waiter) start() {
	w.ready.L.Lock()
	defer w.ready.L.Unlock()
	hooks.RLock()
	w.up = true
	hooks.RUnlock()
}

// Silent: another one.
var queues sync.Mutex

func drain(all []*waiter) {
	queues.Lock()
	defer queues.Unlock()
	for _, w := range all {
		w.ready.L.Lock()
		w.up = false
		w.ready.L.Unlock()
	}
}

func (p *printer) print() {
	p.done.L.Lock()
	defer p.done.L.Unlock()
	queues.Lock()
	p.jobs++
	queues.Unlock()
}

func useConds() {
	w, p := newWaiter(), newPrinter()
	go hook([]*waiter{w})
	go drain([]*waiter{w})
	go w.start()
	go p.print()
}
