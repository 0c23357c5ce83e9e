package missingunlock

import (
	"errors"
	"sync"
)

// A function that gives its caller the Unlock of a lock, as a method value, releases it for others.
type segment struct {
	lock sync.RWMutex
	data []byte
}

type segments struct {
	mu  sync.RWMutex
	all map[uint32]*segment
}

func (s *segments) locked(id uint32) (*segment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f, ok := s.all[id]
	if !ok {
		return nil, errors.New("no such segment")
	}
	f.lock.RLock()
	return f, nil
}

func (s *segments) bytes(id uint32) ([]byte, *segment, error) {
	f, err := s.locked(id)
	if err != nil {
		return nil, nil, err
	}
	return f.data, f, errors.Join()
}

func (s *segments) unlocker(f *segment) func() {
	if f == nil {
		return nil
	}
	return f.lock.RUnlock
}

func (s *segments) Read(id uint32) ([]byte, func(), error) {
	buf, f, err := s.bytes(id)
	unlock := s.unlocker(f)
	if err != nil {
		return nil, unlock, err
	}
	return buf, unlock, nil
}

func (s *segments) Drop(id uint32) {
	s.mu.Lock()
	f := s.all[id]
	delete(s.all, id)
	s.mu.Unlock()
	f.lock.Lock()
	f.data = nil
	f.lock.Unlock()
}

// It says nothing of who locks and never asks for the Unlock.
type part struct {
	lock sync.RWMutex
	data []byte
}

func (p *part) unlocker() func() { return p.lock.RUnlock }

func (p *part) use() {
	p.lock.RLock()
	defer p.unlocker()()
	p.data[0]++
}

func (p *part) size() int {
	p.lock.RLock() // want `p\.lock is read-locked here and never unlocked`
	return len(p.data)
}

func (p *part) set(data []byte) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.data = data
}
