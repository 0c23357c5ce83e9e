// Package elements locks the elements of lists in loops.
package elements

import "sync"

type shard struct {
	mu sync.RWMutex
	m  map[string]int
}
type Map struct{ sh []*shard }

func (m *Map) Len() (n int) {
	for _, s := range m.sh {
		s.mu.RLock() // want `s.mu is read-locked here and never unlocked: the next writer blocks forever`
		n += len(s.m)
	}
	return
}
func (m *Map) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard2 struct {
	mu sync.RWMutex
	m  map[string]int
}

type M2 struct{ sh []*shard2 }

func (m *M2) Len() (n int) {
	for _, s := range m.sh {
		s.mu.RLock()
	}
	for _, s := range m.sh {
		n += len(s.m)
	}
	for _, s := range m.sh {
		s.mu.RUnlock()
	}
	return
}
func (m *M2) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard3 struct {
	mu sync.RWMutex
	m  map[string]int
}

type M3 struct{ sh []*shard3 }

func (m *M3) Len() (n int) {
	for _, s := range m.sh {
		s.mu.RLock()
		defer s.mu.RUnlock()
	}
	for _, s := range m.sh {
		n += len(s.m)
	}
	return
}
func (m *M3) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard4 struct {
	mu sync.RWMutex
	m  map[string]int
}

type M4 struct{ sh []*shard4 }

func (m *M4) Len() (n int) {
	m.each((*shard4).lock)
	for _, s := range m.sh {
		n += len(s.m)
	}
	m.each((*shard4).unlock)
	return
}
func (s *shard4) lock()   { s.mu.Lock() }
func (s *shard4) unlock() { s.mu.Unlock() }
func (m *M4) each(f func(*shard4)) {
	for _, s := range m.sh {
		f(s)
	}
}
func (m *M4) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard5 struct {
	mu sync.RWMutex
	m  map[string]int
}

type M5 struct{ sh []*shard5 }

func (m *M5) All() func() {
	for _, s := range m.sh {
		s.mu.RLock()
	}
	return func() {
		for _, s := range m.sh {
			s.mu.RUnlock()
		}
	}
}
func (m *M5) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard6 struct {
	mu sync.RWMutex
	m  map[string]int
}

type M6 struct{ sh [4]shard6 }

func (m *M6) LockAll() {
	for i := range m.sh {
		m.sh[i].mu.Lock()
	}
}
func (m *M6) UnlockAll() {
	for i := range m.sh {
		m.sh[i].mu.Unlock()
	}
}
func (m *M6) Put(i int, k string) { s := &m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard7 struct {
	mu sync.Mutex
	m  map[string]int
}

type M7 struct{ sh [4]shard7 }

func (m *M7) Reset() {
	var held []*shard7
	for i := range m.sh {
		s := &m.sh[i]
		s.mu.Lock()
		held = append(held, s)
	}
	for _, s := range held {
		s.mu.Unlock()
	}
}
func (m *M7) Put(i int, k string) { s := &m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard8 struct {
	mu sync.Mutex
	m  map[string]int
}

type M8 struct{ sh [4]shard8 }

func (m *M8) Reset() {
	var unlocks []func()
	for i := range m.sh {
		s := &m.sh[i]
		s.mu.Lock()
		unlocks = append(unlocks, s.mu.Unlock)
	}
	for _, f := range unlocks {
		f()
	}
}
func (m *M8) Put(i int, k string) { s := &m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }

type shard9 struct {
	mu sync.Mutex
	m  map[string]int
}

type M9 struct{ sh map[int]*shard9 }

func (m *M9) Reset() {
	for _, s := range m.sh {
		s.clear()
	}
}
func (s *shard9) clear() {
	s.mu.Lock() // want `s.mu is locked here and never unlocked`
	clear(s.m)
}
func (m *M9) Put(i int, k string) { s := m.sh[i]; s.mu.Lock(); s.m[k]++; s.mu.Unlock() }
