package doublelock

import "sync"

// What an interface value holds has one type.

type text struct{ words int }
type image struct{ from string }

type letter struct{ content any }

func (l *letter) text() *text {
	t, _ := l.content.(*text)
	return t
}

func (l *letter) image() *image {
	i, _ := l.content.(*image)
	return i
}

func isText(l *letter) bool  { return l.text() != nil }
func isImage(l *letter) bool { return l.image() != nil }

type mailbox struct {
	mu      sync.RWMutex
	senders map[string]bool
	letters []*letter
}

func (m *mailbox) knows(sender string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.senders[sender]
}

// The lock is held for texts, and the sender of images is asked for.
func (m *mailbox) put(l *letter) {
	if isText(l) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.letters = append(m.letters, l)
		if isImage(l) && m.knows(l.image().from) {
			println("a text is an image")
		}
	}
}

func (m *mailbox) putKind(l *letter) {
	switch l.content.(type) {
	case *text:
		m.mu.Lock()
		defer m.mu.Unlock()
		if i, ok := l.content.(*image); ok {
			m.knows(i.from)
		}
	}
}

// Here the sender of a text is asked for.
func (m *mailbox) putText(l *letter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if isText(l) {
		m.knows("") // want `m\.mu is read-locked at .* by \(\*mailbox\)\.knows, which deadlocks`
	}
}

// A command, an element of what the message has, decides in two functions.

type message struct{ args []string }

func (m *message) name() string { return m.args[0] }

type server struct {
	mu   sync.RWMutex
	data map[string]string
}

func (s *server) handle(m *message) string {
	switch m.name() {
	default:
		s.mu.RLock()
		defer s.mu.RUnlock()
	case "set", "del":
		s.mu.Lock()
		defer s.mu.Unlock()
	case "mass":
	}
	return s.run(m)
}

func (s *server) handleAll(m *message) string {
	switch m.name() {
	default:
		s.mu.RLock()
		defer s.mu.RUnlock()
	case "set", "mass":
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.run(m) // want `s\.mu is locked again at .* by \(\*server\)\.mass, which deadlocks`
}

func (s *server) run(m *message) string {
	switch m.name() {
	case "set":
		s.data[m.args[1]] = m.args[2]
	case "del":
		delete(s.data, m.args[1])
	case "mass":
		return s.mass(m)
	}
	return ""
}

func (s *server) mass(m *message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range m.args[1:] {
		s.data[k] = ""
	}
	return "ok"
}
