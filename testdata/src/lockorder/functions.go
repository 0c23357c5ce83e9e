package lockorder

import "sync"

// Functions in fields, and functions passed on.
type fifo struct {
	mu      sync.Mutex
	process func()
}

func (f *fifo) Pop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.process() // want `fifo\.Pop locks fifo\.mu, then informer\.mu, and informer\.Synced \(functions\.go:\d+\) in the opposite order: can deadlock`
}

func (f *fifo) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return 0
}

type informer struct {
	mu sync.Mutex
	q  *fifo
}

func newInformer() *informer {
	i := &informer{q: &fifo{}}
	i.q.process = i.handle
	return i
}

func (i *informer) handle() {
	i.mu.Lock()
	defer i.mu.Unlock()
}

func (i *informer) Synced() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.q.Len() == 0
}

// A literal that runs under the lock of the function it is passed to.
type guarded struct {
	mu    sync.Mutex
	other *other
}

type other struct {
	mu sync.Mutex
	g  *guarded
}

func (g *guarded) with(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

func (g *guarded) Reset() {
	g.with(func() { // want `guarded\.Reset locks guarded\.mu, then other\.mu, and other\.Reset \(functions\.go:\d+\) in the opposite order: can deadlock`
		g.other.mu.Lock()
		g.other.mu.Unlock()
	})
}

func (o *other) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.g.with(func() {})
}

// A literal that only ever runs under a lock that keeps it apart.
type fenced struct{ gate, a, b sync.Mutex }

func (f *fenced) with(do func()) {
	f.gate.Lock()
	defer f.gate.Unlock()
	do()
}

func (f *fenced) AB() {
	f.with(func() {
		f.a.Lock()
		f.b.Lock()
		f.b.Unlock()
		f.a.Unlock()
	})
}

func (f *fenced) BA() {
	f.with(func() {
		f.b.Lock()
		f.a.Lock()
		f.a.Unlock()
		f.b.Unlock()
	})
}

// Through an interface with one implementation.
type queue interface{ Depth() int }

type list struct {
	mu sync.Mutex
	h  *holder
}

func (l *list) Depth() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 0
}

func (l *list) Add() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.h.mu.Lock() // want `\(\*list\)\.Add locks list\.mu, then holder\.mu, and \(\*holder\)\.Size \(functions\.go:\d+\) in the opposite order: can deadlock`
	l.h.mu.Unlock()
}

type holder struct {
	mu sync.Mutex
	q  sized
}

// sized embeds the interface, and so implements it.
type sized struct{ queue }

func (h *holder) Size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.q.Depth()
}
