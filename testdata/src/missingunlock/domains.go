package missingunlock

import "sync"

// The cases of a switch name all values that there are of a type.

type origin int

const (
	fromMemory origin = iota
	fromDisk
	fromBoth
)

type stacks struct {
	mu  sync.RWMutex
	off map[string]int
}

func (s *stacks) read(k string, from origin) int {
	s.mu.RLock()
	switch from {
	case fromMemory, fromBoth:
		if o, ok := s.off[k]; ok {
			s.mu.RUnlock()
			return o
		}
		fallthrough
	case fromDisk:
		s.mu.RUnlock()
		return 0
	default:
	}
	return -1
}

func (s *stacks) Memory(k string) int { return s.read(k, fromMemory) }
func (s *stacks) Disk(k string) int   { return s.read(k, fromDisk) }

// Here one of the constants has no case.
func (s *stacks) some(k string, from origin) int {
	s.mu.RLock()
	switch from {
	case fromMemory:
		s.mu.RUnlock()
		return s.off[k]
	case fromDisk:
		s.mu.RUnlock()
		return 0
	}
	return -1 // want `still read-locked`
}

// Others can have other values.
type Floor int

const (
	Low Floor = iota
	High
)

func (s *stacks) Floor(k string, l Floor) int {
	s.mu.RLock()
	switch l {
	case Low:
		s.mu.RUnlock()
		return 1
	case High:
		s.mu.RUnlock()
		return 2
	}
	return -1 // want `still read-locked`
}

type step uint8

const (
	first step = iota
	second
)

func stepOf(n int) step { return step(n) }

func (s *stacks) step(n int) int {
	s.mu.RLock()
	switch stepOf(n) {
	case first:
		s.mu.RUnlock()
		return 1
	case second:
		s.mu.RUnlock()
		return 2
	}
	return -1 // want `still read-locked`
}
