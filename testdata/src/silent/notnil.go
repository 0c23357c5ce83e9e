package silent

import (
	"errors"
	"io"
	"sync"
)

// A pointer that a lock was found through is not nil.

type striped struct {
	stripes []*sync.Mutex
	single  *sync.Mutex
	hits    int
}

func (s *striped) hit(key int) {
	var mu *sync.Mutex
	if len(s.stripes) > 0 {
		mu = s.stripes[key%len(s.stripes)]
		mu.Lock()
	}
	s.hits++
	if mu != nil {
		mu.Unlock()
	}
}

func (s *striped) each(keys []int) {
	for _, key := range keys {
		var mu *sync.Mutex
		if s.single != nil && key > 0 {
			mu = s.single
			mu.Lock()
		}
		s.hits += key
		if mu != nil {
			mu.Unlock()
		}
	}
}

// The one that was found is locked; none was found, or it is not nil.

type seat struct {
	mu    sync.Mutex
	taken bool
}

func (s *seat) reserve() bool {
	s.mu.Lock()
	if s.taken {
		s.mu.Unlock()
		return false
	}
	return true
}

func sit(seats []*seat) bool {
	var mine *seat
	for _, s := range seats {
		if s.reserve() {
			mine = s
			break
		}
	}
	if mine == nil {
		return false
	}
	mine.taken = true
	mine.mu.Unlock()
	return true
}

// An error that is another one, or has a type, is not nil.

type tape struct {
	mu   sync.Mutex
	data []byte
}

type jam struct{ at int }

func (j *jam) Error() string { return "jam" }

func (t *tape) start() error {
	t.mu.Lock()
	if t.data == nil {
		t.mu.Unlock()
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (t *tape) feed() error {
	t.mu.Lock()
	if len(t.data) > 10 {
		t.mu.Unlock()
		return &jam{len(t.data)}
	}
	return nil
}

func (t *tape) play() error {
	err := t.start()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	if err != nil {
		return err
	}
	t.mu.Unlock()
	return nil
}

func (t *tape) wind() error {
	err := t.feed()
	var j *jam
	if errors.As(err, &j) {
		return j
	}
	t.mu.Unlock()
	return nil
}

func jammed(err error) bool {
	var j *jam
	return errors.As(err, &j)
}

func (t *tape) rewind() error {
	if err := t.feed(); jammed(err) {
		return err
	}
	t.mu.Unlock()
	return nil
}

func (t *tape) eject() error {
	err := t.feed()
	switch err.(type) {
	case *jam:
		return err
	case nil:
		t.mu.Unlock()
	}
	return nil
}
