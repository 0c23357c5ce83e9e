// Command madewith reads recursively in stores that are made together with what has them, in literals that run at once or later.
package main

import "sync"

type Store struct {
	mu   sync.RWMutex
	data map[string]string
}

func open() *Store { return &Store{data: map[string]string{}} }

func (s *Store) View(f func(map[string]string) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f(s.data)
}

func (s *Store) Put(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data[key] = key
}

func (s *Store) loop() {
	for {
		s.Put("tick")
	}
}

func (s *Store) start() { go s.loop() }

type testStore struct{ *Store }

func openTest() *testStore { return &testStore{open()} }

func (t *testStore) dump() error {
	return t.View(func(m map[string]string) error { println(len(m)); return nil })
}

// Fine: nobody else knows the store, and so nobody waits to write.
func alone() {
	s := openTest()
	s.Put("a")
	s.View(func(map[string]string) error { return s.dump() })
}

func started() {
	s := openTest()
	s.start()
	s.View(func(map[string]string) error { return s.dump() }) // want `mu is read-locked again`
}

func startedInside() {
	s := openTest()
	s.View(func(map[string]string) error { // want `mu is read-locked again`
		s.start()
		return s.dump()
	})
}

var all []*testStore

func listed() {
	s := openTest()
	all = append(all, s)
	s.View(func(map[string]string) error { return s.dump() }) // want `mu is read-locked again`
}

var later []func()

func kept() {
	s := openTest()
	later = append(later, func() { s.Put("b") })
	s.View(func(map[string]string) error { return s.dump() }) // want `mu is read-locked again`
}

func main() {
	alone()
	started()
	startedInside()
	listed()
	kept()
	for _, s := range all {
		go s.Put("c")
	}
	for _, f := range later {
		go f()
	}
}
