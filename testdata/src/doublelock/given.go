package doublelock

import (
	"net/http"
	"sync"
)

// A callee locks only if it is given no request. A literal that is given to another package to be called with one has one: silent.

type noter struct {
	mu   sync.Mutex
	seen int
}

func (s *noter) note(r *http.Request) {
	if r == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	s.seen++
}

func (s *noter) start() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.note(r)
	})
}

// Wrong: this one asks whether it has one.
func (s *noter) again() {
	http.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r == nil {
			s.note(r) // want `s.mu is locked again at given.go:17 by \(\*noter\).note, which deadlocks: it is held since given.go:34`
		}
	})
}

// Wrong: this one has none.
func (s *noter) bare() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(nil) // want `s.mu is locked again at given.go:17 by \(\*noter\).note, which deadlocks: it is held since given.go:44`
}
