// Package bus has managers of events.
package bus

import "sync"

type Manager[T any] struct {
	mu        sync.Mutex
	callbacks []func(T)
}

func (m *Manager[T]) Add(f func(T)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.callbacks = append(m.callbacks, f)
}

func (m *Manager[T]) submit(v T) {
	m.mu.Lock()
	callbacks := m.callbacks
	m.mu.Unlock()
	for _, f := range callbacks {
		f(v)
	}
}

type States struct {
	mu      sync.Mutex
	names   []string
	Changed *Manager[[]string]
}

func (s *States) Set(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, name)
	s.Changed.submit(s.names)
}

type Config struct{ Changed *Manager[struct{}] }

func (c *Config) Set() { c.Changed.submit(struct{}{}) }
