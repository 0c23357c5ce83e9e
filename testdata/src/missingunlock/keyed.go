package missingunlock

import (
	"errors"
	"sync"
)

type nameLock struct {
	mu   sync.Mutex
	refs int
}

type nameMutex struct {
	mu    sync.Mutex
	locks map[string]*nameLock
}

// lock returns what unlocks the name.
func (k *nameMutex) lock(name string) func() {
	k.mu.Lock()
	l, ok := k.locks[name]
	if !ok {
		l = &nameLock{}
		k.locks[name] = l
	}
	l.refs++
	k.mu.Unlock()
	l.mu.Lock()
	return func() {
		l.mu.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.refs--; l.refs == 0 {
			delete(k.locks, name)
		}
	}
}

// try fails for names that are not valid.
func (k *nameMutex) try(name string) (func(), error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	k.mu.Lock()
	l, ok := k.locks[name]
	if !ok {
		l = &nameLock{}
		k.locks[name] = l
	}
	k.mu.Unlock()
	l.mu.Lock()
	return func() { l.mu.Unlock() }, nil
}

type deployer struct {
	names nameMutex
	run   func(name string) error
	all   []func()
}

func (d *deployer) deploy(name string) error {
	unlock := d.names.lock(name)
	if err := d.run(name); err != nil {
		return err // want `return without a call of what \(\*nameMutex\)\.lock \(keyed\.go:62\) returned: missingunlock\.nameLock\.mu stays locked; other paths call it`
	}
	unlock()
	return nil
}

func (d *deployer) deployRight(name string) error {
	defer d.names.lock(name)()
	return d.run(name)
}

func (d *deployer) deployDeferred(name string) error {
	unlock := d.names.lock(name)
	defer unlock()
	if err := d.run(name); err != nil {
		return err
	}
	return nil
}

// It has no lock if the try has failed.
func (d *deployer) tryDeploy(name string) error {
	unlock, err := d.names.try(name)
	if err != nil {
		return err
	}
	if d.run == nil {
		return nil // want `return without a call of what \(\*nameMutex\)\.try`
	}
	err = d.run(name)
	unlock()
	return err
}

func (d *deployer) tryRight(name string) error {
	unlock, err := d.names.try(name)
	if unlock == nil {
		return err
	}
	defer func() {
		unlock()
	}()
	return d.run(name)
}

// Others get it.
func (d *deployer) keep(name string, ok bool) func() {
	unlock := d.names.lock(name)
	if ok {
		return unlock
	}
	d.all = append(d.all, unlock)
	return nil
}

func (d *deployer) hand(name string) {
	unlock := d.names.lock(name)
	if d.run == nil {
		unlock()
		return
	}
	go func() {
		defer unlock()
		_ = d.run(name)
	}()
}

// A function that panics ends.
func (d *deployer) must(name string) {
	unlock := d.names.lock(name)
	if err := d.run(name); err != nil {
		panic(err)
	}
	unlock()
}
