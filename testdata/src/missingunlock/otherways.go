package missingunlock

import (
	"net/http"
	"sync"
)

type logbook struct {
	mu    sync.Mutex
	lines int
}

// Both conditions may be one: nothing says that only the first can be true.
func (l *logbook) oneKind(r *http.Request) {
	if r.ProtoAtLeast(2, 0) {
		l.mu.Lock()
	}
	l.lines++
	if r.Referer() != "" {
		l.mu.Unlock()
	}
}

// The error has nothing to do with the kind.
func (l *logbook) orError(r *http.Request, lock bool) error {
	if lock {
		l.mu.Lock()
	}
	if err := r.ParseForm(); err != nil {
		return err // want `return with l\.mu still locked since .*; other paths unlock it`
	}
	l.lines++
	if lock {
		l.mu.Unlock()
	}
	return nil
}
