// Package declared holds declared guards.
package declared

import "sync"

type T struct {
	mu sync.RWMutex
	n  int //lockvet:guardedby mu
	// +checklocks:mu
	m map[string]int
	//lockvet:guardedby mu read
	conf string
	//lockvet:guardedby none one goroutine writes it
	free int
}

func (t *T) Inc() {
	t.n++ // want `t.n is written without t.mu, which its declaration at declared.go:8 asks for`
}

func (t *T) Get() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.n
}

func (t *T) Bad(k string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	t.m[k] = 1 // want `t.m is written while t.mu is locked for reading only since declared.go:28`
}

func (t *T) Conf() string { return t.conf }

func (t *T) SetConf(s string) {
	t.conf = s // want `t.conf is written without t.mu, which its declaration at declared.go:12 asks for`
}

func (t *T) SetConfRight(s string) {
	t.mu.Lock()
	t.conf = s
	t.mu.Unlock()
}

func (t *T) Free() {
	t.mu.Lock()
	t.free++
	t.mu.Unlock()
	t.free++
}

// put is called with t.mu held.
func (t *T) put(k string) { t.m[k] = 1 }

func (t *T) Put(k string) {
	t.mu.Lock()
	t.put(k)
	t.mu.Unlock()
}

// bare is called without.
func (t *T) bare(k string) {
	t.m[k] = 1 // want `t.m is written without t.mu`
}

func (t *T) Bare(k string) { t.bare(k) }

func New() *T {
	t := &T{n: 1}
	t.m = make(map[string]int)
	t.n = 2
	return t
}

var (
	mu sync.Mutex
	//lockvet:guardedby mu
	count int
)

func Count() {
	count++ // want `count is written without mu, which its declaration at declared.go:78 asks for`
	mu.Lock()
	count++
	mu.Unlock()
}
