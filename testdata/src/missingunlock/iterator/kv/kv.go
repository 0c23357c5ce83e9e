// Package kv has iterators that keep the store locked until they are closed.
package kv

import "sync"

type Store struct {
	mu sync.RWMutex
	m  map[string]string
}

type Iterator struct {
	s    *Store
	keys []string
	i    int
}

func (s *Store) Set(k, v string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = v
}

// Iterator reads the keys; it must be closed.
func (s *Store) Iterator() *Iterator {
	s.mu.RLock()
	it := &Iterator{s: s}
	for k := range s.m {
		it.keys = append(it.keys, k)
	}
	return it
}

func (it *Iterator) Valid() bool   { return it.i < len(it.keys) }
func (it *Iterator) Next()         { it.i++ }
func (it *Iterator) Value() string { return it.s.m[it.keys[it.i]] }

func (it *Iterator) Close() error {
	it.s.mu.RUnlock()
	return nil
}
