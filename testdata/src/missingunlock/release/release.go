// Package release keeps what unlocks in a variable, which a deferred literal calls if it is set.
package release

import "sync"

type shard struct {
	mu sync.RWMutex
	kv map[string]int
}

// Fine.
func (s *shard) update(k string, f func(int) error) (err error) {
	var release func()
	defer func() {
		if release != nil {
			release()
		}
	}()
	s.mu.RLock()
	release = s.mu.RUnlock
	if err := f(s.kv[k]); err != nil {
		return err
	}
	release()
	release = nil
	s.mu.Lock()
	release = s.mu.Unlock
	if err := f(s.kv[k]); err != nil {
		return err
	}
	s.kv[k]++
	return nil
}

func (s *shard) forget(k string, f func(int) error) (err error) {
	var release func()
	defer func() {
		if release != nil {
			release()
		}
	}()
	s.mu.Lock()
	release = s.mu.Unlock
	if err := f(s.kv[k]); err != nil {
		release = nil
		return err // want `return with s.mu still locked`
	}
	return nil
}

// Fine.
func (s *shard) call(k string) {
	s.mu.Lock()
	after(s.mu.Unlock)
}

func after(f func()) {
	if f != nil {
		f()
	}
}
