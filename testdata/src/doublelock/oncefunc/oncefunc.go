// Package oncefunc calls functions that run once.
package oncefunc

import "sync"

var (
	mu     sync.Mutex
	config = sync.OnceValue(load)
)

func load() map[string]string {
	mu.Lock()
	defer mu.Unlock()
	return map[string]string{}
}

func Get(key string) string {
	mu.Lock()
	defer mu.Unlock()
	return config()[key] // want `mu is locked again at oncefunc.go:12 by load, which deadlocks: it is held since oncefunc.go:18`
}

type table struct {
	mu   sync.Mutex
	rows map[string]int
	fill func()
}

func New() *table {
	t := &table{}
	t.fill = sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.rows = map[string]int{}
	})
	return t
}

func (t *table) put(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fill() // want `t.mu is locked again at oncefunc.go:\d+ by New.func1`
	t.rows[key]++
}

func (t *table) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.rows)
}

// A function that unlocks once may be called twice.
func (t *table) get(key string) int {
	t.mu.Lock()
	unlock := sync.OnceFunc(t.mu.Unlock)
	defer unlock()
	if key == "" {
		unlock()
		return t.len()
	}
	return t.rows[key]
}

func (t *table) all(keys []string) (n int) {
	for range keys {
		t.mu.Lock()
		unlock := sync.OnceFunc(func() { t.mu.Unlock() })
		if n++; n > 3 {
			unlock()
		}
		unlock()
	}
	return n
}

func (t *table) held() int {
	t.mu.Lock()
	unlock := sync.OnceFunc(func() { t.mu.Unlock() })
	defer unlock()
	return t.len() // want `t.mu is locked again at oncefunc.go:47 by \(\*table\).len`
}

// What has run already does not run again.
func (t *table) early() int {
	n := sync.OnceValue(t.len)
	if n() == 0 {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return n()
}

func (t *table) late() int {
	n := sync.OnceValue(t.len)
	t.mu.Lock()
	defer t.mu.Unlock()
	return n() // want `t.mu is locked again at oncefunc.go:47 by \(\*table\).len`
}

// A variable of the package is a function.
var count = counted

func counted() int {
	mu.Lock()
	defer mu.Unlock()
	return 1
}

func Count() int {
	mu.Lock()
	defer mu.Unlock()
	return count() // want `mu is locked again at oncefunc.go:\d+ by counted`
}

// Hook is for users to set.
var Hook = counted

func Hooked() int {
	mu.Lock()
	defer mu.Unlock()
	return Hook()
}
