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

// Wrong: that the field says so is known since before the lock was waited for, and only constructors set it.
type disk struct {
	mu    sync.RWMutex
	crash bool
	files map[string]int
}

func newDisk(crash bool) *disk { return &disk{crash: crash, files: make(map[string]int)} }

func (d *disk) clone() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return newDisk(d.crash)
}

func (d *disk) rename(from, to string) {
	if d.crash {
		d.mu.RLock()
		defer d.mu.RUnlock()
	}
	d.files[to] = d.files[from]
}

func (d *disk) reuse(from, to string) {
	if d.crash {
		d.mu.RLock()
		defer d.mu.RUnlock()
	}
	d.rename(from, to) // want `d.mu is read-locked again at atwill.go:\d+, which deadlocks if a writer calls Lock in between: read-locked since atwill.go:\d+`
}
