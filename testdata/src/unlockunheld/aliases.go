package unlockunheld

import "sync"

type log struct {
	mu    sync.Mutex
	lines []string
}

// Silent shape 10.
func (l *log) add(s string) {
	mu := &l.mu
	l.mu.Lock()
	l.lines = append(l.lines, s)
	mu.Unlock()
}

func (l *log) addBad(s string) {
	mu := &l.mu
	l.mu.Lock()
	defer l.mu.Unlock() // want `l\.mu is unlocked by this deferred call, but was unlocked before, at aliases\.go:\d+`
	l.lines = append(l.lines, s)
	mu.Unlock()
}

func (l *log) byInterface() {
	var lk sync.Locker = &l.mu
	lk.Lock()
	l.lines = nil
	lk.Unlock()
	l.mu.Unlock() // want `l\.mu is unlocked, but was unlocked before, at aliases\.go:\d+`
}

// Embedded and promoted.
type set struct {
	sync.Mutex
	m map[string]bool
}

type namedSet struct {
	set
	name string
}

func (n *namedSet) add(k string) {
	n.Lock()
	n.m[k] = true
	n.set.Unlock()
}

func (n *namedSet) drop(k string) {
	n.Lock()
	delete(n.m, k)
	n.set.Unlock()
	n.Mutex.Unlock() // want `n\.Mutex is unlocked, but was unlocked before, at aliases\.go:\d+`
}

// Generic holders.
type box[T any] struct {
	mu sync.Mutex
	v  T
}

func (b *box[T]) get() T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.v
}

func (b *box[T]) swap(v T) (old T) {
	b.mu.Lock()
	old, b.v = b.v, v
	b.mu.Unlock()
	defer b.mu.Unlock() // want `b\.mu is unlocked by this deferred call, but was unlocked before, at aliases\.go:\d+`
	return old
}

// Fine: two objects.
func merge(a, b *log) {
	a.mu.Lock()
	b.mu.Lock()
	a.lines = append(a.lines, b.lines...)
	a.mu.Unlock()
	b.mu.Unlock()
}

// Fine: the variable gets another object in between.
func chain(cur *log, next func(*log) *log) {
	cur.mu.Lock()
	cur.lines = nil
	cur.mu.Unlock()
	cur = next(cur)
	cur.mu.Lock()
	cur.lines = nil
	cur.mu.Unlock()
}
