// Package fixedfields has functions that lock as a field of what they are given says, which is a package-level variable.
package fixedfields

import "sync"

type command struct {
	word         uint16
	whileSensing bool
}

// Nothing changes the first two commands, and something changes the others.
var (
	cmdRead  = command{word: 0xec05, whileSensing: true}
	cmdReset = command{word: 0x3632}
	cmdStop  = command{word: 0x3f86, whileSensing: true}
	cmdPause = command{word: 0x3f87, whileSensing: true}
	quick    = true
)

func configure(slow bool) {
	cmdStop.whileSensing = !slow
	fill(&cmdPause)
}

func fill(c *command) { c.whileSensing = false }

type sensor struct {
	mu      sync.Mutex
	sensing bool
}

func (s *sensor) halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sensing = false
}

func (s *sensor) send(cmd command) {
	if s.sensing && !cmd.whileSensing {
		s.halt()
	}
}

func (s *sensor) ask() { s.send(cmdRead) }

func (s *sensor) read() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sensing = true
	s.send(cmdRead)
}

func (s *sensor) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sensing = true
	s.send(cmdReset) // want `s.mu is locked again`
}

func (s *sensor) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sensing = true
	s.send(cmdStop) // want `s.mu is locked again`
}

func (s *sensor) pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sensing = true
	s.send(cmdPause) // want `s.mu is locked again`
}

func (s *sensor) wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !quick {
		s.halt()
	}
}
