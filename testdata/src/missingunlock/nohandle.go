package missingunlock

import (
	"errors"
	"sync"
)

var errRevoked = errors.New("revoked")

// Callers unlock what they get, and get nothing with an error.
type descriptor struct {
	mu      sync.Mutex
	data    []byte
	revoked bool
}

type descriptors struct {
	mu  sync.RWMutex
	fds map[int]*descriptor
}

func (t *descriptors) locked(fd int) (*descriptor, error) {
	t.mu.RLock()
	d, ok := t.fds[fd]
	t.mu.RUnlock()
	if !ok {
		return nil, errors.New("bad descriptor")
	}
	d.mu.Lock()
	if d.revoked {
		return nil, errRevoked // want `return with d\.mu still locked since nohandle\.go:\d+; callers unlock it by the result, which is nil here`
	}
	return d, nil
}

func (t *descriptors) Write(fd int, s string) error {
	d, err := t.locked(fd)
	if err != nil {
		return err
	}
	defer d.mu.Unlock()
	d.data = append(d.data, s...)
	return nil
}

func (t *descriptors) Size(fd int) int {
	d, err := t.locked(fd)
	if err != nil {
		return 0
	}
	n := len(d.data)
	d.mu.Unlock()
	return n
}

// Fine: callers get the object with the error, too.
func (t *descriptors) lockedAnyway(fd int) (*descriptor, error) {
	t.mu.RLock()
	d := t.fds[fd]
	t.mu.RUnlock()
	d.mu.Lock()
	if d.revoked {
		return d, errRevoked
	}
	return d, nil
}

func (t *descriptors) Reset(fd int) error {
	d, err := t.lockedAnyway(fd)
	d.data = nil
	d.mu.Unlock()
	return err
}
