// Package kin has objects of one class that lead to each other: parents and children, neighbours.
package kin

import "sync"

// Usage is added from a child up to the root, and a removal goes down.
type queue struct {
	sync.Mutex
	parent   *queue
	children map[string]*queue
	used     int
	gone     bool
}

func newQueue(name string, parent *queue) *queue {
	q := &queue{parent: parent, children: make(map[string]*queue)}
	if parent != nil {
		parent.Lock()
		defer parent.Unlock()
		parent.children[name] = q
	}
	return q
}

func (q *queue) Use(n int) {
	q.Lock()
	defer q.Unlock()
	q.used += n
	if q.parent != nil {
		q.parent.Use(n) // want `\(\*queue\)\.Use locks queue\.Mutex, then the parent's queue\.Mutex, and \(\*queue\)\.Remove in the opposite order: can deadlock`
	}
}

func (q *queue) Remove() {
	q.Lock()
	defer q.Unlock()
	q.gone = true
	for _, c := range q.children {
		c.Remove()
	}
}

// Neighbours in a list.
type item struct {
	mu         sync.Mutex
	next, prev *item
	n          int
}

func (i *item) insert(after *item) {
	after.next = i
	i.prev = after
}

func (i *item) Pull() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if next := i.next; next != nil {
		next.mu.Lock() // want `\(\*item\)\.Pull locks .*item\.mu, then .*item\.mu, and \(\*item\)\.Push \(kin\.go:\d+\) in the opposite order`
		i.n += next.n
		next.mu.Unlock()
	}
}

func (i *item) Push() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.prev != nil {
		i.prev.mu.Lock()
		i.prev.n += i.n
		i.prev.mu.Unlock()
	}
}

// The field alone: the owner's lock is taken first here, and last there.
type job struct {
	mu   sync.Mutex
	boss *job
	n    int
}

func (j *job) Report() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.boss.mu.Lock() // want `\(\*job\)\.Report locks job\.mu, then the boss's job\.mu, and \(\*job\)\.Ask \(kin\.go:\d+\) in the opposite order`
	j.boss.n += j.n
	j.boss.mu.Unlock()
}

func (j *job) Ask() {
	boss := j.boss
	boss.mu.Lock()
	defer boss.mu.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	boss.n += j.n
}

// All go down.
type dir struct {
	mu   sync.Mutex
	up   *dir
	subs []*dir
	n    int
}

func (d *dir) Add() *dir {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub := &dir{up: d}
	sub.mu.Lock()
	sub.n = 1
	sub.mu.Unlock()
	d.subs = append(d.subs, sub)
	return sub
}

func (d *dir) Total() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.n
	for _, s := range d.subs {
		n += s.Total()
	}
	return n
}

// The child is unlocked before the parent is locked.
func (d *dir) Inc() {
	for ; d != nil; d = d.up {
		d.mu.Lock()
		d.n++
		d.mu.Unlock()
	}
}

// The tree's lock is around both.
type tree struct {
	mu   sync.Mutex
	root *node
}

type node struct {
	mu   sync.Mutex
	tree *tree
	up   *node
	subs []*node
	n    int
}

func (n *node) add(sub *node) {
	sub.up = n
	n.subs = append(n.subs, sub)
}

func (t *tree) Down() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.root.mu.Lock()
	defer t.root.mu.Unlock()
	for _, s := range t.root.subs {
		s.mu.Lock()
		s.n++
		s.mu.Unlock()
	}
}

func (t *tree) Up(n *node) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.up != nil {
		n.up.mu.Lock()
		n.up.n++
		n.up.mu.Unlock()
	}
}

// Nothing says that the friends of an object have it as their chief.
type worker struct {
	mu      sync.Mutex
	chief   *worker
	friends []*worker
	n       int
}

func (w *worker) Befriend(o *worker) { w.friends = append(w.friends, o) }

func (w *worker) Obey(chief *worker) { w.chief = chief }

func (w *worker) Greet() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.friends {
		f.mu.Lock()
		f.n++
		f.mu.Unlock()
	}
}

func (w *worker) Tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.chief.mu.Lock()
	w.chief.n++
	w.chief.mu.Unlock()
}
