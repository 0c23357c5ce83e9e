package doublelock

import (
	"net/http"
	"sync"
)

// A log has lines of two kinds, and what a line is is asked of code that cannot be seen.
type logbook struct {
	mu    sync.Mutex
	lines int
}

func (l *logbook) count() {
	l.mu.Lock()
	l.lines++
	l.mu.Unlock()
}

// Nothing says that a request can be of both kinds.
func (l *logbook) oneKind(r *http.Request) {
	if r.ProtoAtLeast(2, 0) {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	if r.Referer() != "" {
		l.count()
	}
}

// Whatever kind it is, the line is counted.
func (l *logbook) anyKind(r *http.Request) {
	if r.ProtoAtLeast(2, 0) {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	l.count() // want `l\.mu is locked again at .* by \(\*logbook\)\.count, which deadlocks`
}

// The error has nothing to do with the kind: who returns early chooses nothing for the rest.
func (l *logbook) rest(r *http.Request) error {
	if r.ProtoAtLeast(2, 0) {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	l.count() // want `l\.mu is locked again at .* by \(\*logbook\)\.count, which deadlocks`
	return nil
}

// The lock is held since the iteration before, which is the mistake.
func (l *logbook) skips(rs []*http.Request) {
	for _, r := range rs {
		if r.Referer() == "" {
			continue
		}
		l.mu.Lock() // want `l\.mu is locked again, which deadlocks`
		if r.ProtoAtLeast(2, 0) {
			continue
		}
		l.mu.Unlock()
	}
}
