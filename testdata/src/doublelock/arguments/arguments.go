// Package arguments has functions that lock only if an argument says so.
package arguments

import "sync"

type store struct {
	mu sync.Mutex
	n  int
}

func (s *store) drop() {
	s.mu.Lock()
	s.n--
	s.mu.Unlock()
}

// The last argument may be given or not.
func (s *store) end(drop ...bool) {
	if len(drop) > 0 && drop[0] {
		s.drop()
	}
	s.n++
}

func (s *store) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	s.end(false)
}

func (s *store) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(true) // want `s\.mu is locked again at .* by \(\*store\)\.drop`
}

// A literal calls another one that it has captured.
func update(turns int) int {
	var mu sync.Mutex
	n := 0
	set := func(lock bool) {
		if lock {
			mu.Lock()
			defer mu.Unlock()
		}
		n++
	}
	check := func() {
		mu.Lock()
		defer mu.Unlock()
		if n > 3 {
			set(false)
		}
	}
	for range turns {
		check()
		set(true)
	}
	return n
}

func wrong(turns int) int {
	var mu sync.Mutex
	n := 0
	set := func(lock bool) {
		if lock {
			mu.Lock()
			defer mu.Unlock()
		}
		n++
	}
	check := func() {
		mu.Lock()
		defer mu.Unlock()
		set(true)
	}
	for range turns {
		check() // want `mu is locked again at .* by wrong\.func1`
	}
	return n
}
