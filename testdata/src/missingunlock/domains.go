package missingunlock

import (
	"crypto/tls"
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

// Whoever makes a value of this type writes one of the constants.
type Durability int

const (
	Always Durability = iota
	Sometimes
	Never
)

type LogOptions struct{ Durability Durability }

type fsyncer struct {
	mu   sync.Mutex
	opts LogOptions
	tls  *tls.Config
	n    int
}

func newFsyncer(opts LogOptions, t *tls.Config) *fsyncer { return &fsyncer{opts: opts, tls: t} }

func (j *fsyncer) Append() {
	j.mu.Lock()
	j.n++
	switch j.opts.Durability {
	case Always:
		j.n++
		j.mu.Unlock()
	case Sometimes:
		j.mu.Unlock()
	case Never:
		j.mu.Unlock()
	}
}

// The constants of another package's type.
func (j *fsyncer) Renew() {
	j.mu.Lock()
	switch j.tls.Renegotiation {
	case tls.RenegotiateNever:
		j.mu.Unlock()
	case tls.RenegotiateOnceAsClient, tls.RenegotiateFreelyAsClient:
		j.n++
		j.mu.Unlock()
	}
}

func (j *fsyncer) Once() {
	j.mu.Lock()
	switch j.tls.Renegotiation {
	case tls.RenegotiateNever:
		j.mu.Unlock()
	case tls.RenegotiateOnceAsClient:
		j.n++
		j.mu.Unlock()
	}
} // want `still locked`

// A decoder puts any number into a field with a tag.
type Compression int

const (
	None Compression = iota
	Fast
	Best
)

type PackSettings struct {
	Compression Compression `json:"compression"`
}

func (j *fsyncer) Compress(s PackSettings) {
	j.mu.Lock()
	switch s.Compression {
	case None:
		j.mu.Unlock()
	case Fast:
		j.mu.Unlock()
	case Best:
		j.n++
		j.mu.Unlock()
	}
} // want `still locked`
