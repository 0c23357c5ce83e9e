package missingunlock

import (
	"errors"
	"sync"
)

// A function returns a handle of what it has locked, whose methods unlock it. Its own call of itself does not show how it is used.
type record struct {
	mu   sync.Mutex
	n    int
	gone bool
}

type Records struct {
	mu  sync.RWMutex
	all map[int]*record
}

type Handle struct {
	of  *Records
	rec *record
}

func (h *Handle) Unlock() {
	if h.rec != nil {
		h.rec.mu.Unlock()
		h.rec = nil
	}
}

func (r *Records) Get(id int) (*Handle, bool, error) {
	r.mu.Lock()
	rec, ok := r.all[id]
	if !ok {
		rec = &record{}
		r.all[id] = rec
		rec.mu.Lock()
		r.mu.Unlock()
		return &Handle{r, rec}, true, nil
	}
	r.mu.Unlock()
	rec.mu.Lock()
	if rec.gone {
		rec.mu.Unlock()
		return r.Get(id)
	}
	return &Handle{r, rec}, false, nil
}

// Whoever is told of a failure has no handle.
func (r *Records) Find(id int) (*Handle, error) {
	r.mu.RLock()
	rec := r.all[id]
	r.mu.RUnlock()
	rec.mu.Lock()
	switch {
	case rec.gone:
		rec.mu.Unlock()
		return nil, errLost
	case rec.n < 0:
		return nil, errMinus // want `return with rec.mu still locked since handles.go:\d+; other paths unlock it`
	}
	return &Handle{r, rec}, nil
}

var errLost, errMinus = errors.New("gone"), errors.New("negative")

// An iterator that read-locks its table until it is closed.
type rowTable struct {
	mu   sync.RWMutex
	keys []string
}

type rowIter struct {
	t *rowTable
	i int
}

func (t *rowTable) iterate() *rowIter {
	t.mu.RLock()
	return &rowIter{t, -1}
}

func (it *rowIter) next() bool  { it.i++; return it.i < len(it.t.keys) }
func (it *rowIter) key() string { return it.t.keys[it.i] }
func (it *rowIter) close()      { it.t.mu.RUnlock() }

func (t *rowTable) first(is func(string) bool) string {
	it := t.iterate()
	for it.next() {
		if is(it.key()) {
			return it.key() // want `return with t\.mu still read-locked since handles\.go:\d+ by \(\*rowTable\)\.iterate; other paths unlock it`
		}
	}
	it.close()
	return ""
}

// Fine: the caller closes what it gets.
func (t *rowTable) seek(is func(string) bool) *rowIter {
	it := t.iterate()
	for it.next() {
		if is(it.key()) {
			return it
		}
	}
	it.close()
	return nil
}

func (t *rowTable) add(k string) {
	t.mu.Lock()
	t.keys = append(t.keys, k)
	t.mu.Unlock()
}
