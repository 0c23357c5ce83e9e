package lockorder

import "sync"

// Silent: who calls settle with the cashbook locked says so, and then it leaves the summary
// alone. The parameter decides that together with other conditions, and many more are
// tested in between.
type summary struct {
	mu sync.Mutex
	n  int
}

type cashbook struct {
	mu      sync.Mutex
	summary *summary
	kind    int
	open    bool
	entries map[int]int
	low     int
	high    int
	full    chan bool
}

func (b *summary) note() {
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
}

func (l *cashbook) settle(n int, log, take bool) bool {
	lock := func() {
		if take {
			l.mu.Lock()
		}
	}
	unlock := func() {
		if take {
			l.mu.Unlock()
		}
	}
	lock()
	if l.entries == nil {
		unlock()
		return false
	}
	direct := l.kind != 0 && l.open && take
	var done []int
	full := false
	switch l.kind {
	case 1:
		if e, ok := l.entries[n]; ok {
			if log {
				l.low = e
			}
			if l.high > 0 && len(l.entries) >= l.high {
				full = true
			}
			delete(l.entries, n)
		}
	case 2, 3:
		if n <= l.low || n <= l.high {
			unlock()
			return true
		}
		if l.high > 0 && len(l.entries) >= l.high {
			full = true
		}
		remove := func(i int) {
			if direct && i != n {
				done = append(done, i)
			}
			delete(l.entries, i)
		}
		for i := range l.entries {
			if i <= n {
				remove(i)
			}
		}
	case 4:
		unlock()
		return direct
	}
	unlock()
	if direct {
		l.summary.note()
		for range done {
			l.summary.note()
		}
	}
	if full {
		select {
		case l.full <- true:
		default:
		}
	}
	return direct
}

func (l *cashbook) next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle(1, true, false)
}

func (l *cashbook) Settle(n int) { l.settle(n, false, true) }

func (l *cashbook) Limit() {
	l.summary.mu.Lock()
	defer l.summary.mu.Unlock()
	l.mu.Lock()
	l.high = l.summary.n
	l.mu.Unlock()
}

func (l *cashbook) Run() { go l.next() }
