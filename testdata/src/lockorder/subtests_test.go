package lockorder

import (
	"sync"
	"testing"
)

type subFerry struct {
	deck, hold sync.Mutex
	notify     func()
}

func newSubFerry() *subFerry {
	f := &subFerry{}
	f.notify = func() { f.deck.TryLock() }
	return f
}

func (f *subFerry) enter() {
	f.deck.Lock()
	f.hold.Lock()
	f.hold.Unlock()
	f.deck.Unlock()
}

// A subtest is one goroutine, which takes the locks one after the other.
func TestFerry(t *testing.T) {
	for _, name := range []string{"small", "large"} {
		t.Run(name, func(t *testing.T) {
			f := newSubFerry()
			f.enter()
			f.hold.Lock()
			f.deck.Lock()
			f.deck.Unlock()
			f.hold.Unlock()
		})
	}
}

type subTug struct {
	deck, hold sync.Mutex
}

// Subtests that ask for it run beside each other.
func TestTug(t *testing.T) {
	g := &subTug{}
	for _, up := range []bool{true, false} {
		t.Run("tug", func(t *testing.T) {
			t.Parallel()
			if up {
				g.deck.Lock()
				g.hold.Lock() // want `TestTug\.func1 locks subTug\.deck, then subTug\.hold, and in the opposite order at subtests_test\.go:57: can deadlock`
				g.hold.Unlock()
				g.deck.Unlock()
			} else {
				g.hold.Lock()
				g.deck.Lock()
				g.deck.Unlock()
				g.hold.Unlock()
			}
		})
	}
}

type subBarge struct {
	deck, hold sync.Mutex
}

func (b *subBarge) enter() {
	b.deck.Lock()
	b.hold.Lock() // want `\(\*subBarge\)\.enter locks subBarge\.deck, then subBarge\.hold, and TestBarge\.func1 in the opposite order: can deadlock`
	b.hold.Unlock()
	b.deck.Unlock()
}

// What a subtest starts is another goroutine.
func TestBarge(t *testing.T) {
	t.Run("barge", func(t *testing.T) {
		b := &subBarge{}
		go b.enter()
		b.hold.Lock()
		b.deck.Lock()
		b.deck.Unlock()
		b.hold.Unlock()
	})
}
