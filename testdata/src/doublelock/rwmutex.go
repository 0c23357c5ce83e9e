package doublelock

import "sync"

type routes struct {
	mu sync.RWMutex
	m  map[string]string
}

// upgrade
func (r *routes) lookup(k string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if v, ok := r.m[k]; ok {
		return v
	}
	r.mu.Lock() // want `r\.mu is locked for writing, which deadlocks: it is read-locked since rwmutex\.go:\d+`
	defer r.mu.Unlock()
	r.m[k] = k
	return k
}

// readunderwrite
func (r *routes) size() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.m)
}

func (r *routes) set(k, v string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.m[k] = v
	return r.size() // want `r\.mu is read-locked at rwmutex\.go:\d+ by \(\*routes\)\.size, which deadlocks: it is locked for writing since rwmutex\.go:\d+`
}

// recursiveread
func (r *routes) get(k string) (string, int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.m[k], r.size() // want `r\.mu is read-locked again at rwmutex\.go:\d+, which deadlocks if a writer calls Lock in between: read-locked since rwmutex\.go:\d+`
}

// again
func (r *routes) clear() {
	r.mu.Lock()
	r.mu.Lock() // want `r\.mu is locked again`
	clear(r.m)
	r.mu.Unlock()
}

// upgrade, in a callee
func (r *routes) drop(k string) {
	r.mu.Lock()
	delete(r.m, k)
	r.mu.Unlock()
}

func (r *routes) prune() {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for k, v := range r.m {
		if v == "" {
			r.drop(k) // want `r\.mu is locked for writing at rwmutex\.go:\d+ by \(\*routes\)\.drop`
		}
	}
}

// Fine: one after the other.
func (r *routes) ensure(k string) string {
	r.mu.RLock()
	v, ok := r.m[k]
	r.mu.RUnlock()
	if !ok {
		r.mu.Lock()
		v = r.m[k]
		r.mu.Unlock()
	}
	return v
}

// Fine, silent shape 14: read-locked twice by different goroutines.
func (r *routes) fan(wg *sync.WaitGroup) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.size()
		}()
	}
}

// Silent shape 9: trying for the write lock under the read lock fails, but does not wait.
func (r *routes) try() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.mu.TryLock()
}

// Silent shape 14: two of them.
func merge(a, b *routes) int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(a.m) + len(b.m)
}

// No other goroutine has the object: no writer comes between the two.
type twice struct{ mu sync.RWMutex }

func (t *twice) rlock()   { t.mu.RLock() }
func (t *twice) runlock() { t.mu.RUnlock() }
func (t *twice) lock()    { t.mu.Lock() }
func (t *twice) unlock()  { t.mu.Unlock() }

func alone() {
	t := &twice{}
	t.lock()
	t.unlock()
	t.rlock()
	t.rlock()
	t.runlock()
	t.runlock()
}

func (t *twice) watch() {
	go func() {
		t.lock()
		t.unlock()
	}()
}

func notAlone() {
	t := &twice{}
	t.watch()
	t.rlock()
	t.rlock() // want `read-locked again`
	t.runlock()
	t.runlock()
}

// Nobody in sight locks it for writing, though others could.
type ReadOnly struct {
	sync.RWMutex
	names []string
}

func (r *ReadOnly) Len() int {
	r.RLock()
	defer r.RUnlock()
	return len(r.names)
}

func (r *ReadOnly) Empty() bool {
	r.RLock()
	defer r.RUnlock()
	return r.Len() == 0
}
