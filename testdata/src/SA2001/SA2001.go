// Package SA2001 has empty critical sections with and without an explanation.
package SA2001

import "sync"

type T struct{ mu sync.Mutex }

// The wants stand apart from the code, being comments themselves.

func (t *T) plain() { // want +3 "empty critical section"

	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) explained() {
	// Wait for the holder.
	t.mu.Lock()
	t.mu.Unlock()

	t.mu.Lock() // wait for the holder
	t.mu.Unlock()

	t.mu.Lock()
	// Whoever held it is done now.
	t.mu.Unlock()

	t.mu.Lock()
	t.mu.Unlock() // wait for the holder
}

func (t *T) commentOnWhatFollows(done chan int) { // want +3 "empty critical section"

	t.mu.Lock()
	t.mu.Unlock()
	// A comment on what follows.
	done <- 1
}

func (t *T) commentOnLineAbove(done chan int) { // want +4 "empty critical section"

	done <- 2 // a comment on that line
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) directive() { // want +4 "empty critical section"

	//lint:ignore SA2001 a directive is for suppress to read
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) gap() { // want +5 "empty critical section"

	// A comment with a gap after it.

	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) namedFurtherUp(done chan int) {
	// Let go, then wait until the holder of mu is done.
	done <- 1

	done <- 2
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) otherNamedFurtherUp(done chan int) { // want +6 "empty critical section"
	// This much is done.
	done <- 1

	done <- 2
	t.mu.Lock()
	t.mu.Unlock()
}

// Who mentions mu up here speaks of the function.
func (t *T) namedOutside(done chan int) { // want +4 "empty critical section"

	done <- 2
	t.mu.Lock()
	t.mu.Unlock()
}
