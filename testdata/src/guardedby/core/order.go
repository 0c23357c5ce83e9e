package core

import "sync"

// The neighbours of what messages keep apart: nothing is known to be past.
type together struct {
	mu sync.Mutex
	m  map[string]int
	n  int
}

func (t *together) Sum(keys []string) int {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t.mu.Lock()
			t.m[k] = len(k)
			t.mu.Unlock()
		}()
	}
	n := len(t.m) // want `t.m is read without t.mu`
	wg.Wait()
	return n
}

// Set may change what List returns.
type notLazy struct {
	mu   sync.Mutex
	list []int
}

func (l *notLazy) List() []int {
	l.mu.Lock()
	if l.list == nil {
		l.list = []int{1}
	}
	l.mu.Unlock()
	return l.list // want `l.list is read without l.mu`
}

func (l *notLazy) Set(list []int) {
	l.mu.Lock()
	l.list = list
	l.mu.Unlock()
}

// Two functions write under the lock, and a third with readers.
type rowTable struct {
	mu   sync.RWMutex
	rows map[string]int
}

func (t *rowTable) Put(k string) {
	t.mu.Lock()
	t.rows[k] = 1
	t.mu.Unlock()
}

func (t *rowTable) Del(k string) {
	t.mu.Lock()
	delete(t.rows, k)
	t.mu.Unlock()
}

func (t *rowTable) Kick(k string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if _, ok := t.rows[k]; ok {
		delete(t.rows, k) // want `t.rows is written while t.mu is locked for reading only`
	}
}
