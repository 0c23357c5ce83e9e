// Package spool calls a device with its lock held.
package spool

import "sync"

type Device interface {
	Print(id int)
	Abort(id int)
}

type Spooler struct {
	mu     sync.Mutex
	device Device
	ended  map[int]bool
}

func New(d Device) *Spooler { return &Spooler{device: d, ended: make(map[int]bool)} }

func (s *Spooler) Start(id int) { s.device.Print(id) }

func (s *Spooler) Cancel(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended[id] {
		s.device.Abort(id)
	}
}

func (s *Spooler) JobEnded(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[id] = true
}
