package doublelock

import "sync"

// Functions that do their work with the lock or without it, as they are asked.
type daybook struct {
	mu    sync.Mutex
	rows  map[string]int
	hooks []func(*entry)
}

type entry struct {
	l    *daybook
	part bool
	rows map[string]int
}

func (e *entry) commit() {
	if !e.part {
		e.l.mu.Lock()
		defer e.l.mu.Unlock()
	}
	for k, n := range e.rows {
		e.l.rows[k] = n
	}
}

func (l *daybook) store(k string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &entry{l: l, part: true}
	for _, h := range l.hooks {
		h(e)
	}
	e.commit()
}

func (l *daybook) storeWrong(k string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &entry{l: l, part: false}
	e.commit() // want `l.mu is locked again at atwill.go:\d+ by \(\*entry\).commit, which deadlocks`
}

func (l *daybook) flush(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.commit()
}

// This one locks for a part of its work, which it may leave out.
func (l *daybook) sum(all bool) (n int) {
	if len(l.hooks) > 0 {
		l.mu.Lock()
		for _, r := range l.rows {
			n += r
		}
		l.mu.Unlock()
	}
	return n
}

func (l *daybook) report() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sum(true) // want `l.mu is locked again at atwill.go:\d+ by \(\*daybook\).sum, which deadlocks`
}
