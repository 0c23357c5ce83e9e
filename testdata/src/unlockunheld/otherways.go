package unlockunheld

import (
	"net/http"
	"sync"
)

type logbook struct {
	mu    sync.Mutex
	lines int
}

func (l *logbook) oneKind(r *http.Request) {
	if r.ProtoAtLeast(2, 0) {
		l.mu.Lock()
	}
	l.lines++
	if r.Referer() != "" {
		l.mu.Unlock()
	}
}

// A return is forgotten. What follows the next error is what remains of the function, whatever the error has to do with that.
func (l *logbook) forgotten(r *http.Request) error {
	l.mu.Lock()
	if l.lines > 3 {
		l.mu.Unlock()
	}
	if err := r.ParseForm(); err != nil {
		l.mu.Unlock()
		return err
	}
	l.lines++
	l.mu.Unlock() // want `l\.mu is unlocked, but was unlocked before`
	return nil
}
