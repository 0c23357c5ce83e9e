package lockorder

import (
	"errors"
	"sync"
)

type purse struct {
	mu  sync.Mutex
	sum int
}

type purses struct {
	mu  sync.RWMutex
	all map[string]*purse
}

func (p *purses) find(id string) (*purse, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	a, ok := p.all[id]
	if !ok {
		return nil, errors.New("no such purse")
	}
	return a, nil
}

// Move locks two purses that it has looked up by its arguments.
func (p *purses) Move(from, to string, n int) error {
	if from == to {
		return nil
	}
	src, err := p.find(from)
	if err != nil {
		return err
	}
	dst, err := p.find(to)
	if err != nil {
		return err
	}
	src.mu.Lock()
	defer src.mu.Unlock()
	dst.mu.Lock() // want `purses\.Move locks .*, as they are passed: a call with the two swapped can deadlock`
	defer dst.mu.Unlock()
	src.sum -= n
	dst.sum += n
	return nil
}

// MoveInOrder compares the keys first.
func (p *purses) MoveInOrder(from, to string, n int) error {
	src, err := p.find(from)
	if err != nil {
		return err
	}
	dst, err := p.find(to)
	if err != nil {
		return err
	}
	if from < to {
		src.mu.Lock()
		dst.mu.Lock()
	} else {
		dst.mu.Lock()
		src.mu.Lock()
	}
	defer src.mu.Unlock()
	defer dst.mu.Unlock()
	src.sum -= n
	dst.sum += n
	return nil
}

// MoveAlone holds another lock meanwhile.
func (p *purses) MoveAlone(gate *sync.Mutex, from, to string, n int) error {
	src, err := p.find(from)
	if err != nil {
		return err
	}
	dst, err := p.find(to)
	if err != nil {
		return err
	}
	gate.Lock()
	defer gate.Unlock()
	src.mu.Lock()
	defer src.mu.Unlock()
	dst.mu.Lock()
	defer dst.mu.Unlock()
	src.sum -= n
	dst.sum += n
	return nil
}
