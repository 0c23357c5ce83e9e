package unlockunheld

import (
	"errors"
	"sync"
)

// Open locks in the mode that its argument asks for and keeps the argument; Close unlocks in that mode.

type access struct{ Read, Write, Sync bool }

type inode struct {
	mu   sync.RWMutex
	node sync.RWMutex
	data string
	up   func() error
}

type descriptor interface {
	Close() error
	Get() string
}

type openInode struct {
	f      *inode
	flags  access
	mu     sync.Mutex
	closed bool
}

func (f *inode) Open(flags access) (_ descriptor, err error) {
	if flags.Write {
		f.mu.Lock()
		defer func() {
			if err != nil {
				f.mu.Unlock()
			}
		}()
	} else if flags.Read {
		f.mu.RLock()
		defer func() {
			if err != nil {
				f.mu.RUnlock()
			}
		}()
	} else {
		return nil, errors.New("neither")
	}
	f.node.RLock()
	data := f.data
	f.node.RUnlock()
	if data == "" {
		return nil, errors.New("empty")
	}
	return &openInode{f: f, flags: flags}, nil
}

func (d *openInode) Get() string { return d.f.data }

func (d *openInode) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errors.New("closed")
	}
	if d.flags.Write {
		defer d.f.mu.Unlock()
	} else if d.flags.Read {
		defer d.f.mu.RUnlock()
	}
	err := d.flush(d.flags.Sync)
	d.closed = true
	return err
}

func (d *openInode) flush(sync bool) error {
	if d.f.data == "bad" {
		return errors.New("bad")
	}
	d.f.node.Lock()
	d.f.data = "new"
	up := d.f.up
	d.f.node.Unlock()
	if sync && up != nil {
		return up()
	}
	return nil
}

func readInode(f *inode) string {
	d, err := f.Open(access{Read: true})
	if err != nil {
		return ""
	}
	s := d.Get()
	d.Close()
	return s
}

func writeInode(f *inode) error {
	d, err := f.Open(access{Write: true, Sync: true})
	if err != nil {
		return err
	}
	return d.Close()
}

func writeNewInode() error {
	f := &inode{data: "x"}
	d, err := f.Open(access{Write: true, Sync: true})
	if err != nil {
		return err
	}
	return d.Close()
}

// closed at the wrong end: whatever the mode is, it is the other one.
func (f *inode) swap() {
	f.mu.RLock()
	if f.data == "" {
		f.node.Lock()
		f.node.Unlock()
	}
	f.mu.Unlock() // want `held for reading`
}
