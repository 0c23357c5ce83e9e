// Package oncefunc unlocks by functions that run once.
package oncefunc

import "sync"

type table struct {
	mu   sync.Mutex
	rows map[string]int
}

func (t *table) get(key string) int {
	t.mu.Lock()
	unlock := sync.OnceFunc(t.mu.Unlock)
	if key == "" {
		return 0 // want `return with t.mu still locked since oncefunc.go:12; other paths unlock it`
	}
	unlock()
	return len(key)
}

func (t *table) always(key string) int {
	t.mu.Lock()
	unlock := sync.OnceFunc(t.mu.Unlock)
	defer unlock()
	if key == "" {
		return 0
	}
	return t.rows[key]
}

// Who gets the function unlocks.
func (t *table) begin() func() {
	t.mu.Lock()
	return sync.OnceFunc(t.mu.Unlock)
}

func (t *table) put(key string) {
	end := t.begin()
	defer end()
	t.rows[key]++
}
