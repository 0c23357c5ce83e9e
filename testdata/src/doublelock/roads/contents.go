package roads

import (
	"sync"
	"sync/atomic"
)

// Functions and objects that are found where they were put.

// A closure in an object that lies in a slice of the struct that the closure has captured.
type topic struct {
	mu   sync.Mutex
	subs []*sub
}

type sub struct{ cancel func() }

func (t *topic) subscribe() *sub {
	s := &sub{}
	s.cancel = func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.subs = nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subs = append(t.subs, s)
	return s
}

func (t *topic) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.subs {
		s.cancel() // want `t\.mu is locked again at contents\.go:\d+ by \(\*topic\)\.subscribe\.func1`
	}
}

// Structs by value, put into the slice by a method that gets the function.
type hooks struct {
	mu  sync.Mutex
	all []hook
}

type hook struct{ run func() }

func (h *hooks) add(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, hook{f})
}

func (h *hooks) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

func (h *hooks) run() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.all {
		k.run() // want `h\.mu is locked again at contents\.go:\d+ by \(\*hooks\)\.len`
	}
}

func useHooks() {
	h := &hooks{}
	h.add(func() { println(h.len()) })
	h.run()
}

// Interface values of two types, one of which asks its owner.
type watcher interface{ seen(n int) }

type board struct {
	mu  sync.Mutex
	ws  []watcher
	sum int
}

func (b *board) total() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sum
}

func (b *board) post(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sum += n
	for _, w := range b.ws {
		w.seen(n) // want `b\.mu is locked again at contents\.go:\d+ by \(\*board\)\.total`
	}
}

type echo struct{ of *board }

func (e echo) seen(n int) { println(n, e.of.total()) }

type deaf struct{}

func (deaf) seen(int) {}

func newBoard() *board {
	b := &board{}
	b.ws = []watcher{echo{b}, deaf{}}
	return b
}

// A wall shows other boards: what it calls under its lock asks another board than itself.
type wall struct {
	mu  sync.Mutex
	ws  []watcher
	sum int
}

func (w *wall) total() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sum
}

func (w *wall) post(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, v := range w.ws {
		v.seen(n)
	}
}

type mirror struct{ of *wall }

func (m mirror) seen(n int) { println(n, m.of.total()) }

func newWalls() *wall {
	inner := &wall{}
	return &wall{ws: []watcher{mirror{inner}, deaf{}}}
}

// An object that is put into a container of another one, which the owner has in a field.
type pool struct {
	mu   sync.Mutex
	list *list
}

type list struct{ items []*item }

func (l *list) put(i *item) { l.items = append(l.items, i) }

type item struct{ done endings }

type endings interface{ closed() }

func (i *item) close() { i.done.closed() }

func (p *pool) closed() {
	p.mu.Lock()
	p.list = nil
	p.mu.Unlock()
}

func (p *pool) grow() {
	i := &item{done: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list.put(i)
}

func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range p.list.items {
		i.close() // want `p\.mu is locked again at contents\.go:\d+ by \(\*pool\)\.closed`
	}
}

// A function in an atomic variable, and one out of a channel.
type valve struct {
	mu   sync.Mutex
	open atomic.Pointer[func()]
	ch   chan func()
	n    int
}

func newValve() *valve {
	v := &valve{ch: make(chan func(), 1)}
	f := func() { v.count() }
	v.open.Store(&f)
	v.ch <- func() { v.count() }
	return v
}

func (v *valve) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.n
}

func (v *valve) turn() {
	v.mu.Lock()
	defer v.mu.Unlock()
	(*v.open.Load())() // want `v\.mu is locked again at contents\.go:\d+ by \(\*valve\)\.count`
}

func (v *valve) next() {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := <-v.ch
	f() // want `v\.mu is locked again at contents\.go:\d+ by \(\*valve\)\.count`
}

// One object given for two.

type vessel struct {
	sync.Mutex
	n int
}

func pour(from, to *vessel) {
	from.Lock()
	to.Lock()
	to.n++
	from.n--
	to.Unlock()
	from.Unlock()
}

func pourUnlessSame(from, to *vessel) {
	if from == to {
		return
	}
	from.Lock()
	to.Lock()
	to.n++
	from.n--
	to.Unlock()
	from.Unlock()
}

func stir(v *vessel) {
	pourUnlessSame(v, v)
	pour(v, v) // want `v is locked again at contents\.go:\d+ by pour`
}

func share(v, w *vessel) { pour(v, w) }

// A function in a field that calls the one which was there before.

type relay struct {
	mu   sync.Mutex
	hook func(int)
	n    int
}

func (r *relay) wrap() {
	old := r.hook
	r.hook = func(n int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.n += n
		if old != nil {
			old(n)
		}
	}
}

func (r *relay) send(n int) { r.hook(n) }
