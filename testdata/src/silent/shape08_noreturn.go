package silent

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"
	"testing"
)

// Shape 8: paths that end for good.

type boot struct {
	mu    sync.Mutex
	steps []string
}

func usage(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format, args...)
	os.Exit(2)
}

func (b *boot) step(name string) {
	b.mu.Lock()
	if name == "" {
		usage("no name: %v", b.steps)
	}
	if name == "halt" {
		log.Panicln("halt")
	}
	if name == "spin" {
		select {}
	}
	if name == "die" {
		for {
		}
	}
	b.steps = append(b.steps, name)
	b.mu.Unlock()
}

func (b *boot) last() string {
	b.mu.Lock()
	if len(b.steps) == 0 {
		panic("no steps")
	}
	s := b.steps[len(b.steps)-1]
	b.mu.Unlock()
	return s
}

func (b *boot) check(tb testing.TB) {
	b.mu.Lock()
	if len(b.steps) == 0 {
		tb.Fatal("no steps")
	}
	if len(b.steps) == 1 {
		tb.Skip("one step")
	}
	if len(b.steps) == 2 {
		runtime.Goexit()
	}
	b.mu.Unlock()
}

// A re-panic.
func (b *boot) safely(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	f()
}
