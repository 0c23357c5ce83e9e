package lockorder

import (
	"io"
	"os"
	"sync"
)

// Nothing writes to a mutedWriter: the package makes one, and uses it as itself only.
type mutedWriter struct {
	mu  sync.Mutex
	dst io.Writer
}

func (w *mutedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dst.Write(p)
}

func (w *mutedWriter) redirect(dst io.Writer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dst = dst
}

var muted = &mutedWriter{dst: os.Stderr}

type mutedFilter struct{ mu sync.Mutex }

func (f *mutedFilter) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(p), nil
}

func (f *mutedFilter) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	muted.redirect(os.Stderr)
}

func NewMutedFilter() *mutedFilter {
	f := new(mutedFilter)
	muted.redirect(f)
	return f
}

// This one is what the package hands to others as an io.Writer.
type loudWriter struct {
	mu  sync.Mutex
	dst io.Writer
}

func (w *loudWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dst.Write(p) // want `locks loudWriter.mu, then loudFilter.mu, and \(\*loudFilter\).Stop in the opposite order`
}

func (w *loudWriter) redirect(dst io.Writer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dst = dst
}

var loud = &loudWriter{dst: os.Stderr}

func Output() io.Writer { return loud }

type loudFilter struct{ mu sync.Mutex }

func (f *loudFilter) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(p), nil
}

func (f *loudFilter) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	loud.redirect(os.Stderr)
}

func NewLoudFilter() *loudFilter {
	f := new(loudFilter)
	loud.redirect(f)
	return f
}
