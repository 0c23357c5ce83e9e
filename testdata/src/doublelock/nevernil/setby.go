package nevernil

import (
	"container/list"
	"sync"
)

// A line is connected by a method that its constructor calls, and nothing disconnects it.
type line struct {
	mu   sync.Mutex
	conn *list.List
}

func newLine() *line {
	l := &line{}
	l.connect()
	return l
}

func (l *line) connect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = list.New()
}

// Fine: the line is connected.
func (l *line) reconnect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Init()
		return
	}
	l.connect()
}

// A slack line is connected by its constructor only if somebody wants that.
type slack struct {
	mu   sync.Mutex
	conn *list.List
}

func newSlack(now bool) *slack {
	s := &slack{}
	s.connect(now)
	return s
}

func (s *slack) connect(now bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now {
		s.conn = list.New()
	}
}

func (s *slack) reconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.Init()
		return
	}
	s.connect(true) // want `s.mu is locked again`
}
