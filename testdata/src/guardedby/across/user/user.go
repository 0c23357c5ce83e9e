// Package user uses what another package declares to be guarded. It has no lock of its own.
package user

import "guardedby/across/store"

func Put(s *store.Store, k string) {
	s.Lock()
	s.Items[k] = 1
	s.Unlock()
	s.Items[k]++ // want `s.Items is written without s.RWMutex, which its declaration at store.go:8 asks for`
}

func Get(s *store.Store, k string) int {
	s.RLock()
	defer s.RUnlock()
	return s.Items[k]
}

func Touch(s *store.Store, k string) {
	s.RLock()
	defer s.RUnlock()
	s.Items[k] = 2 // want `s.Items is written while s.RWMutex is locked for reading only since user.go:20`
}

func Name(s *store.Store) string { return s.Name }

func Rename(s *store.Store, name string) {
	s.Name = name // want `s.Name is written without s.RWMutex`
	s.Free++
	s.Plain++
}

func Count() int {
	store.Count++ // want `Count is written without Mu, which its declaration at store.go:17 asks for`
	store.Mu.Lock()
	defer store.Mu.Unlock()
	return store.Count
}

// New makes its own.
func New() *store.Store {
	s := &store.Store{Items: make(map[string]int)}
	s.Items["a"] = 1
	return s
}
