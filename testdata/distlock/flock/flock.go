// Package flock has locks of files.
package flock

import (
	"context"
	"errors"
	"time"

	"github.com/gofrs/flock"
)

func ignored(path string, work func()) error {
	l := flock.New(path)
	_, err := l.TryLock() // want `unchecked: `
	if err != nil {
		return err
	}
	defer l.Unlock()
	work()
	return nil
}

func goesOn(path string, work func()) error {
	l := flock.New(path)
	ok, err := l.TryRLock() // want `unchecked: `
	if err != nil {
		return err
	}
	if !ok {
		println("busy")
	}
	work()
	return l.Unlock()
}

// Whoever waits has the lock, or an error.
//
//distlock:silent unchecked
func waits(ctx context.Context, path string, work func()) error {
	l := flock.New(path)
	if _, err := l.TryLockContext(ctx, time.Second); err != nil {
		return err
	}
	work()
	return l.Unlock()
}

type store struct{ lock *flock.Flock }

func (s *store) dropped(work func()) {
	s.lock.Lock() // want `unchecked: `
	defer s.lock.Unlock()
	work()
}

func (s *store) leaks(work func() error) error {
	if err := s.lock.Lock(); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets s\.lock before this process ends: this path does not release it \(acquired at flock\.go:\d+\)`
	}
	return s.lock.Unlock()
}

// Silent.

//distlock:silent unchecked
func looked(path string, work func()) error {
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil || !ok {
		return err
	}
	defer l.Unlock()
	work()
	return nil
}

//distlock:silent unchecked
func asked(path string, work func()) error {
	l := flock.New(path)
	if _, err := l.TryLock(); err != nil {
		return err
	}
	defer l.Unlock()
	if !l.Locked() {
		return errors.New("busy")
	}
	work()
	return nil
}

// The lock is kept as long as the process lives.
//
//distlock:silent missingrelease
func single(path string) (*flock.Flock, error) {
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("running already")
	}
	return l, nil
}
