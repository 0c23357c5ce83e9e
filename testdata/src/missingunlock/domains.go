package missingunlock

import (
	"sync"
	"sync/atomic"
)

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

// Nobody outside can make a value of this one, though it has a name there.
type Phase int32

const (
	Open   Phase = 0
	Half   Phase = 1
	Closed Phase = 2
)

type fuse struct {
	mu    sync.RWMutex
	phase Phase
	n     int32
}

func (f *fuse) Phase() Phase { return Phase(atomic.LoadInt32((*int32)(&f.phase))) }

func (f *fuse) trip() { atomic.StoreInt32((*int32)(&f.phase), int32(Open)) }

func (f *fuse) succeed() {
	f.mu.RLock()
	switch f.Phase() {
	case Open:
		f.mu.RUnlock()
	case Half:
		f.mu.RUnlock()
		f.trip()
	case Closed:
		atomic.AddInt32(&f.n, 1)
		f.mu.RUnlock()
	}
}

func (f *fuse) fail() {
	f.mu.RLock()
	switch f.Phase() {
	case Open:
		f.mu.RUnlock()
	case Half:
		f.mu.RUnlock()
		f.trip()
	}
} // want `still read-locked`
