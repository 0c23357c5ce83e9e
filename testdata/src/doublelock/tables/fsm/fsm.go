// Package fsm keeps functions in structs of its own.
package fsm

import "sync"

type rule struct {
	to     string
	action func() error
}

type Machine struct {
	lock  sync.Mutex
	state string
	rules map[string]rule
	hooks []*hook
}

type hook struct{ run func() error }

func New() *Machine { return &Machine{rules: make(map[string]rule)} }

func (m *Machine) On(ev, to string, action func() error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.rules[ev] = rule{to, action}
}

func (m *Machine) Hook(run func() error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.hooks = append(m.hooks, &hook{run})
}

func (m *Machine) Fire(ev string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	r, ok := m.rules[ev]
	if !ok {
		return nil
	}
	m.state = r.to
	if r.action != nil {
		return r.action()
	}
	return nil
}

func (m *Machine) Reset() {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, h := range m.hooks {
		h.run()
	}
}

// Steps runs an action without the lock.
type Steps struct {
	lock  sync.Mutex
	rules map[string]rule
}

func (s *Steps) On(ev string, action func() error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.rules[ev] = rule{ev, action}
}

func (s *Steps) Step(ev string) error {
	s.lock.Lock()
	r := s.rules[ev]
	s.lock.Unlock()
	return r.action()
}
