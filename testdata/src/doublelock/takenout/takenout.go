// Package takenout calls functions that it has taken or copied out of a list before.
package takenout

import (
	"slices"
	"sync"
)

type hub struct {
	mu       sync.Mutex
	sessions map[string]*session
}

type session struct {
	mu    sync.Mutex
	once  sync.Once
	done  bool
	hooks []func(string)
	quiet []func(string)
}

func (s *session) on(f func(string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, f)
}

func (s *session) take() []func(string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hooks
	s.hooks = nil
	return h
}

func (s *session) takeQuiet() []func(string) {
	h := s.quiet
	s.quiet = nil
	return h
}

func (s *session) close() {
	s.once.Do(func() { s.done = true })
	for _, f := range s.take() {
		f("taken")
	}
}

func (s *session) tell() {
	s.mu.Lock()
	hooks := append([]func(string){}, s.hooks...)
	s.mu.Unlock()
	for _, f := range hooks {
		f("copied")
	}
}

func (s *session) tellClone() {
	for _, f := range slices.Clone(s.hooks) {
		f("cloned")
	}
}

func (s *session) tellMade() {
	hooks := make([]func(string), len(s.hooks))
	copy(hooks, s.hooks)
	for _, f := range hooks {
		f("made")
	}
}

func (s *session) closeQuietly() {
	for _, f := range s.takeQuiet() {
		f("quiet")
	}
}

func (h *hub) remove(id string) {
	h.mu.Lock()
	delete(h.sessions, id)
	h.mu.Unlock()
}

func (h *hub) add(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &session{}
	s.on(h.remove)
	s.quiet = append(s.quiet, func(s string) { println(s) })
	h.sessions[id] = s
}

func (h *hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		s.close() // want `h.mu is locked again`
	}
}

func (h *hub) tellAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		s.tell() // want `h.mu is locked again`
	}
}

func (h *hub) tellClones() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		s.tellClone() // want `h.mu is locked again`
	}
}

func (h *hub) tellMade() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		s.tellMade() // want `h.mu is locked again`
	}
}

// Fine: these functions lock nothing.
func (h *hub) closeQuietly() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		s.closeQuietly()
	}
}

// Fine.
func (h *hub) closeLater() {
	h.mu.Lock()
	sessions := h.sessions
	h.sessions = nil
	h.mu.Unlock()
	for _, s := range sessions {
		s.close()
	}
}
