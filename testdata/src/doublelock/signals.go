package doublelock

import "sync"

// Writers write in order. Who comes too early puts a locked mutex into the list, which the writer before it unlocks.
type inOrder struct {
	mu      sync.Mutex
	at      int
	signals map[int]*sync.Mutex
}

func (w *inOrder) done(n int) {
	w.at += n
	if next, ok := w.signals[w.at]; ok {
		next.Unlock()
		delete(w.signals, w.at)
	}
}

func (w *inOrder) write(n, offset int) {
	w.mu.Lock()
	if offset > w.at {
		mine := new(sync.Mutex)
		mine.Lock()
		w.signals[offset] = mine
		w.mu.Unlock()
		mine.Lock()
		w.mu.Lock()
	}
	w.done(n)
	w.mu.Unlock()
}

// This one is in no list.
func (w *inOrder) never(n int) {
	mine := new(sync.Mutex)
	mine.Lock()
	w.write(n, 0)
	mine.Lock() // want `mine is locked again, which deadlocks`
}
