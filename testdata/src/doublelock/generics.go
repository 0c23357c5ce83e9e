package doublelock

import "sync"

type safeMap[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

func (s *safeMap[K, V]) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.m)
}

func (s *safeMap[K, V]) Put(k K, v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Len() > 100 { // want `s\.mu is read-locked at generics\.go:\d+ by \(\*safeMap\[K, V\]\)\.Len, which deadlocks: it is locked for writing since generics\.go:\d+`
		clear(s.m)
	}
	s.m[k] = v
}

func (s *safeMap[K, V]) Range(f func(K, V)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k, v := range s.m {
		f(k, v)
	}
}

// A generic function that runs another.
func withLock[T any](mu *sync.Mutex, f func() T) T {
	mu.Lock()
	defer mu.Unlock()
	return f()
}

type profile struct {
	mu   sync.Mutex
	name string
}

func (p *profile) Name() string {
	return withLock(&p.mu, func() string { return p.name })
}

func (p *profile) Greeting() string {
	return withLock(&p.mu, func() string { // want `p\.mu is locked again`
		return "hello " + p.Name()
	})
}

// Type parameters with methods.
type lockable[T any] interface {
	*T
	sync.Locker
}

func once[T any, P lockable[T]](p P) {
	p.Lock()
	p.Unlock()
	p.Lock()
	p.Unlock()
}
