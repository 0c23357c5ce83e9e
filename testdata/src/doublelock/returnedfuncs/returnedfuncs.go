// Package returnedfuncs calls functions that functions of another package have returned.
package returnedfuncs

import "doublelock/returnedfuncs/lib"

func clean(r *lib.Ring) {
	for id, n := range r.All() {
		if n == 0 {
			r.Forget(id) // want `r\.mu is locked for writing at lib\.go:\d+ by \(\*Ring\)\.Forget, which deadlocks: it is read-locked since lib\.go:\d+`
		}
	}
	for id := range r.Copied() {
		r.Forget(id)
	}
}

func move(from, to *lib.Ring) {
	for id := range from.All() {
		to.Forget(id)
	}
}

func held(s *lib.Store) {
	defer s.Hold()()
	s.Del() // want `s\.mu is locked again at lib\.go:\d+ by \(\*Store\)\.Del, which deadlocks`
}

func released(s *lib.Store) {
	unlock := s.Hold()
	unlock()
	s.Del()
}

func tried(s *lib.Store) error {
	unlock, err := s.Try(true)
	if err != nil {
		s.Del()
		return err
	}
	defer unlock()
	s.Del() // want `s\.mu is locked again`
	return nil
}

func used(s *lib.Store) {
	release := s.Use()
	release()
	defer s.Use()()
	s.Del() // want `s\.mu is locked again`
}

type handle struct{ release func() }

func handed(s *lib.Store) *handle { return &handle{s.Hold()} }

func captured(s *lib.Store) {
	unlock := s.Hold()
	defer func() { unlock() }()
}
