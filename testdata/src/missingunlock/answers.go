package missingunlock

import (
	"context"
	"errors"
	"sync"
)

// What a method of the result answers, an error, unlocks nothing, whoever gets it.

type results interface {
	Next() bool
	Err() error
}

type failedSearch struct{ err error }

func (f failedSearch) Next() bool { return false }
func (f failedSearch) Err() error { return f.err }

type nameIndex struct {
	mu    sync.RWMutex
	names map[string]int
}

func newNameIndex() *nameIndex { return &nameIndex{names: make(map[string]int)} }

func (x *nameIndex) add(name string) {
	x.mu.Lock()
	x.names[name]++
	x.mu.Unlock()
}

func (x *nameIndex) search(ctx context.Context, match func(string) bool) results {
	x.mu.RLock()
	for name := range x.names {
		if ctx.Err() != nil {
			return failedSearch{ctx.Err()} // want `return with x.mu still read-locked since answers.go:\d+; other paths unlock it`
		}
		match(name)
	}
	x.mu.RUnlock()
	return failedSearch{nil}
}

func look(ctx context.Context) bool {
	x := newNameIndex()
	x.add("")
	found := x.search(ctx, func(string) bool { return true })
	return errors.Is(found.Err(), context.Canceled)
}
