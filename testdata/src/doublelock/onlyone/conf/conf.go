// Package conf has interfaces, and unexported types that implement them.
package conf

import "sync"

// A Listener is told of changes.
type Listener interface{ Changed(name string) bool }

// A Store is made by New, and by nobody else here.
type Store interface {
	Get(name string) string
	Set(name, value string) bool
	Listen(Listener)
}

type store struct {
	mu        sync.Mutex
	vals      map[string]string
	listeners []Listener
}

func New() Store { return &store{vals: map[string]string{}} }

func (s *store) Get(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vals[name]
}

func (s *store) Set(name, value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vals[name] = value
	return s.changed(name)
}

// changed calls what others have given under the lock that its caller holds.
func (s *store) changed(name string) bool {
	for _, l := range s.listeners {
		if !l.Changed(name) {
			return false
		}
	}
	return true
}

func (s *store) Listen(l Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, l)
}

// A Bus is implemented by two types.
type Bus interface {
	Send(string)
	Listen(Listener)
}

type local struct {
	mu        sync.Mutex
	listeners []Listener
}

func NewLocal() Bus { return &local{} }

func (b *local) Send(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.listeners {
		l.Changed(name)
	}
}

func (b *local) Listen(l Listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners = append(b.listeners, l)
}

type silent struct{}

func NewSilent() Bus { return silent{} }

func (silent) Send(string)     {}
func (silent) Listen(Listener) {}

// A Sink is made by NewSink here, and elsewhere in other ways.
type Sink interface {
	Send(string)
	Listen(Listener)
}

type sink struct{ local }

func (s *sink) Send(name string)  { s.local.Send(name) }
func (s *sink) Listen(l Listener) { s.local.Listen(l) }

func NewSink() Sink { return &sink{} }
