// Package asserted calls methods of values that are asserted to have them.
package asserted

import (
	"io"
	"sync"
)

type flusher interface{ flush() }

// The only type that can flush cannot read, and so is in no io.Reader.
type sink struct {
	mu, log sync.Mutex
	in      io.Reader
	lines   int
}

func (s *sink) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note()
}

func (s *sink) note() {
	s.log.Lock()
	defer s.log.Unlock()
	s.lines++
}

func (s *sink) drain() {
	s.log.Lock()
	defer s.log.Unlock()
	if f, ok := s.in.(flusher); ok {
		f.flush()
	}
}

type closer interface{ shut() }

// This one can.
type pipe struct {
	mu, log sync.Mutex
	in      io.Reader
	lines   int
}

func (p *pipe) Read([]byte) (int, error) { return 0, io.EOF }

func (p *pipe) shut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note() // want `\(\*pipe\)\.shut locks pipe\.mu, then pipe\.log, and \(\*pipe\)\.drain .* in the opposite order: can deadlock`
}

func (p *pipe) note() {
	p.log.Lock()
	defer p.log.Unlock()
	p.lines++
}

func (p *pipe) drain() {
	p.log.Lock()
	defer p.log.Unlock()
	if c, ok := p.in.(closer); ok {
		c.shut()
	}
}

func Run(s *sink, p *pipe) {
	go s.drain()
	go s.flush()
	go p.drain()
	p.shut()
}
