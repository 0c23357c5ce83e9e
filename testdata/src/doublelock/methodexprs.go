package doublelock

import "sync"

// Method expressions: the receiver is the first argument.
type loom struct {
	mu      sync.Mutex
	threads []string
}

func (l *loom) cut(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.threads = l.threads[:n]
}

func (l *loom) weave(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	(*loom).cut(l, n) // want `l\.mu is locked again at \S+ by \(\*loom\)\.cut`
}

func (l *loom) direct() {
	(*sync.Mutex).Lock(&l.mu)
	l.threads = nil
	l.mu.Lock() // want `is locked again`
	(*sync.Mutex).Unlock(&l.mu)
}

func (l *loom) kept(n int) {
	cut := (*loom).cut
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.threads) > n {
		cut(l, n) // want `l\.mu is locked again at \S+ by \(\*loom\)\.cut`
	}
}

// Another loom.
func (l *loom) copyTo(o *loom, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	(*loom).cut(o, n)
}
