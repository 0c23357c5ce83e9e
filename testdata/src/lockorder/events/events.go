// Package events has functions that one of several managers of events calls.
package events

import (
	"sync"

	"lockorder/events/bus"
)

type manager[T any] struct {
	mu        sync.Mutex
	callbacks []func(T)
}

func (m *manager[T]) add(f func(T)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.callbacks = append(m.callbacks, f)
}

func (m *manager[T]) submit(v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.callbacks {
		f(v)
	}
}

type states struct {
	mu      sync.Mutex
	names   []string
	changed *manager[[]string]
}

func (s *states) Add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, name)
	s.changed.submit(s.names)
}

type Config struct{ Changed *manager[struct{}] }

func (c *Config) Set() { c.Changed.submit(struct{}{}) }

// update is called by the configuration's manager, which nobody calls with the lock of the states held.
type module struct {
	mu     sync.Mutex
	states *states
	config *Config
}

func (m *module) start() { m.config.Changed.add(func(struct{}) { m.update() }) }

func (m *module) update() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.states.Add("bad config")
}

// note is called by the manager of the states.
type watcher struct {
	mu     sync.Mutex
	states *states
	n      int
}

func (w *watcher) start() { w.states.changed.add(func(names []string) { w.note(len(names)) }) }

func (w *watcher) note(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n = n
}

func (w *watcher) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.states.Add("told") // want `\(\*watcher\)\.tell locks watcher\.mu, then states\.mu, and \(\*states\)\.Add \(events\.go:\d+\) in the opposite order: can deadlock`
}

func newModule() *module {
	return &module{states: &states{changed: &manager[[]string]{}}, config: &Config{Changed: &manager[struct{}]{}}}
}

// The same, with the managers of another package.
type importer struct {
	mu     sync.Mutex
	states *bus.States
	n      int
}

func (m *importer) start(c *bus.Config) { c.Changed.Add(func(struct{}) { m.update() }) }

func (m *importer) update() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.states.Set("bad config")
}

type listener struct {
	mu     sync.Mutex
	states *bus.States
	n      int
}

func (l *listener) start() { l.states.Changed.Add(func(names []string) { l.note(len(names)) }) }

func (l *listener) note(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n = n
}

func (l *listener) tell() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.states.Set("told") // want `\(\*listener\)\.tell locks listener\.mu, then bus\.States\.mu, and bus\.\(\*States\)\.Set in the opposite order: can deadlock`
}
