package silent

import (
	"sync"
	"testing"
)

// Shape 8: a helper that leaves it to another helper to end the test.
type tallyBoard struct {
	mu    sync.Mutex
	marks int
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func checkAll(t testing.TB, err error) { check(t, err) }

func checkInner(t testing.TB, err error) {
	if err != nil {
		check(t, err)
	}
}

func checkUnless(t testing.TB, err error) {
	if err == nil {
		return
	}
	check(t, err)
}

func testMarks(t *testing.T, b *tallyBoard, next func() error) {
	b.mu.Lock()
	if err := next(); err != nil {
		b.mu.Unlock()
		checkAll(t, err)
	}
	b.mu.Unlock()

	b.mu.Lock()
	if err := next(); err != nil {
		b.mu.Unlock()
		checkInner(t, err)
	}
	b.mu.Unlock()

	b.mu.Lock()
	if err := next(); err != nil {
		b.mu.Unlock()
		checkUnless(t, err)
	}
	b.mu.Unlock()
}
