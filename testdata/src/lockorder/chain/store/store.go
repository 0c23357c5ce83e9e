// Package store has stores that wrap other stores, each with a lock of its own.
package store

import "sync"

type Store interface {
	Get(key string) string
}

type Memory struct {
	mu sync.Mutex
	m  map[string]string
}

func NewMemory() *Memory { return &Memory{m: make(map[string]string)} }

func (m *Memory) Get(key string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.m[key]
}

type Cached struct {
	mu    sync.Mutex
	inner Store
	m     map[string]string
}

func NewCached(s Store) *Cached { return &Cached{inner: s, m: make(map[string]string)} }

func (c *Cached) Get(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[key]; ok {
		return v
	}
	return c.inner.Get(key)
}

type Counted struct {
	Store
	mu   sync.Mutex
	gets int
}

func (c *Counted) Get(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gets++
	return c.Store.Get(key)
}

// A Screen is shown, and may show others.
type Screen interface {
	State() int
	Resize(n int)
}

type Layers struct {
	mu     sync.RWMutex
	layers []Screen
	size   int
}

func NewLayers() *Layers { return &Layers{} }

func (l *Layers) Add(s Screen) {
	l.mu.Lock()
	l.layers = append(l.layers, s)
	l.mu.Unlock()
}

func (l *Layers) State() (n int) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, s := range l.layers {
		n += s.State()
	}
	return n
}

func (l *Layers) Resize(n int) {
	l.mu.Lock()
	l.size = n
	l.mu.Unlock()
}
