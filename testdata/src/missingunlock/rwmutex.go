package missingunlock

import "sync"

type config struct {
	mu     sync.RWMutex
	values map[string]string
}

func (c *config) Get(key string) (string, bool) {
	c.mu.RLock()
	v, ok := c.values[key]
	if !ok {
		return "", false // want `return with c\.mu still read-locked since rwmutex\.go:11`
	}
	c.mu.RUnlock()
	return v, true
}

func (c *config) Set(key, value string) {
	c.mu.Lock()
	if c.values == nil {
		return // want `return with c\.mu still locked since rwmutex\.go:21`
	}
	c.values[key] = value
	c.mu.Unlock()
}

// Fine: read first, then write; both are released.
type memo struct {
	mu sync.RWMutex
	m  map[int]int
}

func (m *memo) get(n int, compute func(int) int) int {
	m.mu.RLock()
	v, ok := m.m[n]
	m.mu.RUnlock()
	if ok {
		return v
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.m[n]; ok {
		return v
	}
	v = compute(n)
	m.m[n] = v
	return v
}

// Silent shape 1: the mode depends on a condition.
func (m *memo) with(write bool, f func(map[int]int)) {
	if write {
		m.mu.Lock()
	} else {
		m.mu.RLock()
	}
	f(m.m)
	if write {
		m.mu.Unlock()
	} else {
		m.mu.RUnlock()
	}
}

// The read lock is given back, the write lock that follows is not.
type resolver struct {
	mu    sync.RWMutex
	hosts map[string]string
}

func (r *resolver) resolve(host string, ask func(string) (string, error)) (string, error) {
	r.mu.RLock()
	if ip, ok := r.hosts[host]; ok {
		r.mu.RUnlock()
		return ip, nil
	}
	r.mu.RUnlock()

	r.mu.Lock()
	ip, err := ask(host)
	if err != nil {
		return "", err // want `return with r\.mu still locked since rwmutex\.go:81`
	}
	r.hosts[host] = ip
	r.mu.Unlock()
	return ip, nil
}
