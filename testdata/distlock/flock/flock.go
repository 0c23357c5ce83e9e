// Package flock has locks of files.
package flock

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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

// The variable has got another lock, which is held.
//
//distlock:silent unchecked
func instead(path string, work func()) error {
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return err
	}
	if !ok {
		l = flock.New(path + ".2")
		ok, err = l.TryLock()
		if err != nil || !ok {
			return errors.New("busy")
		}
	}
	defer func() { l.Unlock() }()
	work()
	return nil
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

// A holder keeps the path of the file that it has locked.
type holder struct {
	lock *flock.Flock
	path string
}

func newHolder(path string) (*holder, bool, error) {
	lock := flock.New(path)
	ok, err := lock.TryLock()
	return &holder{lock: lock, path: path}, ok, err
}

// Who waits for the lock has the removed file open, and who comes later makes a new one.
func (h *holder) Release() error {
	if err := h.lock.Unlock(); err != nil {
		return err
	}
	return os.Remove(h.path) // want `plaindelete: two processes get the lock: one that waits for the file that is removed here, and one that makes it anew`
}

func removes(path string, work func()) error {
	lock := flock.New(path)
	if err := lock.Lock(); err != nil {
		return err
	}
	defer os.Remove(lock.Path()) // want `plaindelete: two processes get the lock`
	defer lock.Unlock()
	work()
	return nil
}

func removesByName(dir string, work func()) error {
	path := filepath.Join(dir, "run.lock")
	lock := flock.New(path)
	if err := lock.Lock(); err != nil {
		return err
	}
	work()
	if err := lock.Unlock(); err != nil {
		return err
	}
	return os.Remove(path) // want `plaindelete: two processes get the lock`
}

// Another file.
//
//distlock:silent plaindelete
func cleans(dir string, work func()) error {
	lock := flock.New(filepath.Join(dir, "run.lock"))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer lock.Unlock()
	work()
	return os.Remove(filepath.Join(dir, "run.pid"))
}

var running *flock.Flock

// A function that returns only with the lock has nothing to tell.
func runOnce(path string, work func()) {
	onlyInstance(path)
	work()
	running.Unlock()
}

func onlyInstance(path string) {
	running = flock.New(path)
	ok, err := running.TryLock()
	if err != nil {
		println(err)
		os.Exit(1)
	}
	if !ok {
		println("another instance is running")
		os.Exit(1)
	}
}

// This one returns without it, too.
func runAnyhow(path string, work func()) {
	anyInstance(path) // want `unchecked: the code below also runs without running: nobody looks at whether it was acquired`
	work()
	running.Unlock()
}

func anyInstance(path string) {
	running = flock.New(path)
	if ok, err := running.TryLock(); err != nil || !ok {
		println("another instance is running")
	}
}
