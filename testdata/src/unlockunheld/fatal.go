package unlockunheld

import (
	"os"
	"sync"
)

// A logger's Fatalf ends the program, as that of package log does.
type exiter interface {
	Fatalf(format string, args ...any)
	Warnf(format string, args ...any)
}

type opener struct {
	mu sync.Mutex
	n  int
}

func (o *opener) open(log exiter, name string) *os.File {
	o.mu.Lock()
	f, err := os.Open(name)
	if err != nil {
		o.mu.Unlock()
		log.Fatalf("cannot open: %v", err)
	}
	o.n++
	o.mu.Unlock()
	return f
}

func (o *opener) try(log exiter, name string) *os.File {
	o.mu.Lock()
	f, err := os.Open(name)
	if err != nil {
		o.mu.Unlock()
		log.Warnf("cannot open: %v", err)
	}
	o.n++
	o.mu.Unlock() // want `o\.mu is unlocked, but was unlocked before`
	return f
}
