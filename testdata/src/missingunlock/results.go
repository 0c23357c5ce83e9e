package missingunlock

import (
	"errors"
	"sync"
)

// Silent shape 5: the lock is taken on success only.
type lot struct {
	mu   sync.Mutex
	full bool
	cars int
}

func (l *lot) acquire() error {
	l.mu.Lock()
	if l.full {
		l.mu.Unlock()
		return errClosed
	}
	return nil
}

func (l *lot) release() { l.mu.Unlock() }

func (l *lot) park() error {
	if err := l.acquire(); err != nil {
		return err
	}
	defer l.release()
	l.cars++
	return nil
}

// The same acquire, used wrongly.
type yard struct {
	mu   sync.Mutex
	full bool
	n    int
}

func (y *yard) acquire() error {
	y.mu.Lock()
	if y.full {
		y.mu.Unlock()
		return errClosed
	}
	return nil
}

func (y *yard) store(n int) error {
	if err := y.acquire(); err != nil {
		return err
	}
	if n < 0 {
		return errClosed // want `return with .*mu still locked since results\.go:\d+ by \(\*yard\)\.acquire`
	}
	y.n += n
	y.mu.Unlock()
	return nil
}

// Silent shape 5, with a boolean.
type seat struct {
	mu    sync.Mutex
	taken bool
	who   string
}

func (s *seat) lockFree() (ok bool) {
	s.mu.Lock()
	if s.taken {
		s.mu.Unlock()
		return false
	}
	return true
}

func (s *seat) take(who string) bool {
	if ok := s.lockFree(); !ok {
		return false
	}
	s.taken, s.who = true, who
	s.mu.Unlock()
	return true
}

// Silent shape 5, with a pointer that is nil when nothing is locked.
type room struct {
	mu     sync.Mutex
	number int
	dirty  bool
}

func lockClean(rooms []*room) *room {
	for _, r := range rooms {
		r.mu.Lock()
		if !r.dirty {
			return r
		}
		r.mu.Unlock()
	}
	return nil
}

func book(rooms []*room) int {
	r := lockClean(rooms)
	if r == nil {
		return -1
	}
	defer r.mu.Unlock()
	r.dirty = true
	return r.number
}

// Silent shape 3: a lookup that returns its result locked.
type inode struct {
	mu   sync.Mutex
	size int64
}

type filesystem struct {
	mu     sync.Mutex
	inodes map[int]*inode
}

func (fs *filesystem) lookup(id int) (*inode, bool) {
	fs.mu.Lock()
	n, ok := fs.inodes[id]
	fs.mu.Unlock()
	if !ok {
		return nil, false
	}
	n.mu.Lock()
	return n, true
}

func (fs *filesystem) size(id int) int64 {
	n, ok := fs.lookup(id)
	if !ok {
		return 0
	}
	defer n.mu.Unlock()
	return n.size
}

// An error made on the spot.
type dock struct {
	mu   sync.Mutex
	full bool
	n    int
}

func (d *dock) acquire() error {
	d.mu.Lock()
	if d.full {
		d.mu.Unlock()
		return errors.New("dock is full")
	}
	return nil
}

func (d *dock) store(n int) error {
	if err := d.acquire(); err != nil {
		return err
	}
	if n < 0 {
		return errClosed // want `return with d\.mu still locked since results\.go:\d+ by \(\*dock\)\.acquire`
	}
	d.n += n
	d.mu.Unlock()
	return nil
}
