package missingunlock

import "sync"

// Silent shape 10 and its opposite: embedded and promoted locks.
type set struct {
	sync.RWMutex
	m map[string]struct{}
}

func (s *set) has(k string) bool {
	s.RLock()
	defer s.RUnlock()
	_, ok := s.m[k]
	return ok
}

func (s *set) add(k string) bool {
	s.Lock()
	if _, dup := s.m[k]; dup {
		return false // want `return with s still locked`
	}
	s.m[k] = struct{}{}
	s.Unlock()
	return true
}

// By way of a struct that embeds it, once by the promoted name, once in full.
type namedSet struct {
	set
	name string
}

func (n *namedSet) rename(name string) {
	n.Lock()
	n.name = name
	n.set.Unlock()
}

func (n *namedSet) join(o string) string {
	n.Lock()
	if o == "" {
		return n.name // want `return with n still locked`
	}
	n.name += o
	n.set.RWMutex.Unlock()
	return n.name
}

// A pointer to a lock, embedded.
type view struct {
	*sync.Mutex
	rows int
}

func (v view) count() int {
	v.Lock()
	defer v.Unlock()
	return v.rows
}

func (v view) shrink(n int) bool {
	v.Lock()
	if v.rows < n {
		return false // want `return with v still locked`
	}
	v.Unlock()
	return true
}

// An anonymous struct.
var cache struct {
	sync.Mutex
	m map[string]int
}

func cached(k string) (int, bool) {
	cache.Lock()
	if v, ok := cache.m[k]; ok {
		return v, true // want `return with cache still locked`
	}
	cache.Unlock()
	return 0, false
}

// In arrays and maps.
type bank struct {
	locks [16]sync.Mutex
	named map[string]*sync.Mutex
	cash  [16]int
}

func (b *bank) pay(i, n int) bool {
	b.locks[i].Lock()
	if b.cash[i] < n {
		return false // want `return with b\.locks\[i\] still locked`
	}
	b.cash[i] -= n
	b.locks[i].Unlock()
	return true
}

func (b *bank) audit(name string) {
	mu := b.named[name]
	mu.Lock()
	defer mu.Unlock()
	b.cash[0]++
}
