// Package lent has functions that unlock what others have locked, and need another lock first.
package lent

import "sync"

// Locks keeps a lock for each key, as many programs do.
type Locks struct {
	mu    sync.Mutex
	byKey map[string]*sync.Mutex
}

func (l *Locks) Lock(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.byKey[key]
	if m == nil {
		m = new(sync.Mutex)
		l.byKey[key] = m
	}
	m.Lock() // want `Locks.Lock waits for Locks.byKey\[\] under Locks.mu, which Locks.Unlock \(lent.go:24\) needs to unlock it: can deadlock`
}

func (l *Locks) Unlock(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byKey[key].Unlock()
}

// Entries has locks within entries, and gives back the other lock before the unlock: that is too late.
type Entries struct {
	mu sync.RWMutex
	m  map[int]*entry
}

type entry struct {
	mu    sync.Mutex
	value string
}

func (e *Entries) Acquire(id int) *entry {
	e.mu.RLock()
	defer e.mu.RUnlock()
	x := e.m[id]
	x.mu.Lock() // want `\(\*Entries\).Acquire waits for entry.mu under Entries.mu, which \(\*Entries\).Release needs to unlock it: can deadlock`
	return x
}

func (e *Entries) Release(id int) {
	e.mu.Lock()
	x := e.m[id]
	e.mu.Unlock()
	x.mu.Unlock()
}

// Waiting waits for the lock of a key when it has given back the other one.
type Waiting struct {
	mu    sync.Mutex
	byKey map[string]*sync.Mutex
}

func (w *Waiting) Lock(key string) {
	w.mu.Lock()
	m := w.byKey[key]
	if m == nil {
		m = new(sync.Mutex)
		w.byKey[key] = m
	}
	w.mu.Unlock()
	m.Lock()
}

func (w *Waiting) Unlock(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byKey[key].Unlock()
}

// First unlocks first.
type First struct {
	mu   sync.Mutex
	n    int
	gate sync.Mutex
}

func (f *First) Enter() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate.Lock()
	f.n++
}

func (f *First) Leave() {
	f.gate.Unlock()
	f.mu.Lock()
	f.n--
	f.mu.Unlock()
}

// Tried does not wait for the lock of a key.
type Tried struct {
	mu    sync.Mutex
	byKey map[string]*sync.Mutex
}

func (t *Tried) TryLock(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byKey[key].TryLock()
}

func (t *Tried) Unlock(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byKey[key].Unlock()
}

// Own unlocks what it has locked itself, by another name.
type Own struct {
	mu   sync.Mutex
	kept sync.Locker
	list sync.Mutex
	n    int
}

func (o *Own) Lock() { o.mu.Lock() }

func (o *Own) Unlock() { o.mu.Unlock() }

func (o *Own) all(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list.Lock()
	f()
	o.list.Unlock()
}

func (o *Own) Count(other *Own) {
	if other == o {
		o.mu.Lock()
	} else {
		other.mu.Lock()
	}
	o.list.Lock()
	o.n++
	o.list.Unlock()
	other.mu.Unlock()
}

// The first one in locks, and the last one out unlocks: nobody waits for the lock who has to let others out.
type Readers struct {
	maint sync.Mutex
	mu    sync.Mutex
	n     int
}

func (r *Readers) Enter() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == 0 {
		r.maint.Lock()
	}
	r.n++
}

func (r *Readers) Leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n--
	if r.n == 0 {
		r.maint.Unlock()
	}
}
