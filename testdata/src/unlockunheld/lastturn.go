package unlockunheld

import (
	"errors"
	"strings"
	"sync"
)

type dirNode struct {
	sync.RWMutex
	children map[string]*dirNode
}

type dirTree struct {
	root *dirNode
}

// Only the last one is locked for writing, and then the loop ends.
func (t *dirTree) lockParents(p string, lock bool) ([]*dirNode, *dirNode, error) {
	locked := []*dirNode{}
	current := t.root
	t.root.RLock()
	locked = append(locked, t.root)

	if p == "" || p == "/" {
		if lock {
			t.root.RUnlock()
			t.root.Lock()
		}
		return locked, t.root, nil
	}

	parts := strings.Split(p, "/")
	for i, name := range parts {
		child, ok := current.children[name]
		if !ok {
			for j := len(locked) - 1; j >= 0; j-- {
				locked[j].RUnlock()
			}
			return nil, nil, errors.New("not found")
		}

		current.RUnlock()
		locked = locked[:len(locked)-1]

		isLast := (i == len(parts)-1)
		if isLast && lock {
			child.Lock()
		} else {
			child.RLock()
		}
		locked = append(locked, child)
		current = child
	}
	return locked, current, nil
}

// The first one may be followed by another one.
func (t *dirTree) lockFirst(p string, lock bool) ([]*dirNode, *dirNode, error) {
	locked := []*dirNode{}
	current := t.root
	t.root.RLock()
	locked = append(locked, t.root)

	if p == "" || p == "/" {
		if lock {
			t.root.RUnlock()
			t.root.Lock()
		}
		return locked, t.root, nil
	}

	parts := strings.Split(p, "/")
	for i, name := range parts {
		child, ok := current.children[name]
		if !ok {
			for j := len(locked) - 1; j >= 0; j-- {
				locked[j].RUnlock()
			}
			return nil, nil, errors.New("not found")
		}

		current.RUnlock() // want `current is read-unlocked, but held for writing`
		locked = locked[:len(locked)-1]

		isFirst := i == 0
		if isFirst && lock {
			child.Lock()
		} else {
			child.RLock()
		}
		locked = append(locked, child)
		current = child
	}
	return locked, current, nil
}

func (t *dirTree) unlockParents(locked []*dirNode, lock bool) {
	if len(locked) == 0 {
		return
	}
	lastIndex := len(locked) - 1
	for i := lastIndex; i >= 0; i-- {
		if i == lastIndex && lock {
			locked[i].Unlock()
		} else {
			locked[i].RUnlock()
		}
	}
}

func (t *dirTree) Create(dir, name string) error {
	parents, cwd, err := t.lockParents(dir, true)
	defer t.unlockParents(parents, true)
	if err != nil {
		return err
	}
	cwd.children[name] = &dirNode{children: make(map[string]*dirNode)}
	return nil
}

func (t *dirTree) Get(dir, name string) (*dirNode, error) {
	parents, cwd, err := t.lockParents(dir, false)
	defer t.unlockParents(parents, false)
	if err != nil {
		return nil, err
	}
	n, ok := cwd.children[name]
	if !ok {
		return nil, errors.New("not found")
	}
	return n, nil
}

func (t *dirTree) CreateEarly(dir, name string) error {
	parents, cwd, err := t.lockFirst(dir, true)
	defer t.unlockParents(parents, true)
	if err != nil {
		return err
	}
	cwd.children[name] = &dirNode{children: make(map[string]*dirNode)}
	return nil
}
