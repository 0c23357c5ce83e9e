package missingunlock

import "sync"

type guarded[T any] struct {
	mu    sync.Mutex
	value T
	set   bool
}

func (g *guarded[T]) load() (v T, ok bool) {
	g.mu.Lock()
	if !g.set {
		return v, false // want `return with g\.mu still locked`
	}
	v = g.value
	g.mu.Unlock()
	return v, true
}

func (g *guarded[T]) store(v T) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.value, g.set = v, true
}

// Silent shape 10: a function over anything that can be locked.
func locked[L sync.Locker](l L, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func lockedUnless[L sync.Locker](l L, skip bool, f func()) {
	l.Lock()
	if skip {
		return // want `return with l still locked`
	}
	f()
	l.Unlock()
}

// A generic function that locks a field of a generic type.
type syncMap[K comparable, V any] struct {
	sync.RWMutex
	m map[K]V
}

func update[K comparable, V any](m *syncMap[K, V], k K, f func(V) (V, error)) error {
	m.Lock()
	v, err := f(m.m[k])
	if err != nil {
		return err // want `return with m still locked`
	}
	m.m[k] = v
	m.Unlock()
	return nil
}

var sessions syncMap[string, int]

func visit(user string) error {
	return update(&sessions, user, func(n int) (int, error) { return n + 1, nil })
}
