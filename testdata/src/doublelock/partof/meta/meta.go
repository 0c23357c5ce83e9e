// Package meta keeps records, and has two types for them.
package meta

import "sync"

type Record struct {
	Key string
	Use int
}

type Store struct {
	lock sync.RWMutex
	all  map[string]*Record
}

func NewStore() *Store { return &Store{all: make(map[string]*Record)} }

func (s *Store) view(f func(map[string]*Record) error) error {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return f(s.all)
}

func (s *Store) Walk(f func(Record) error) error {
	return s.view(func(all map[string]*Record) error {
		for _, r := range all {
			if err := f(*r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) Remove(key string) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.all, key)
	return nil
}

func (s *Store) Put(r Record) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.all[r.Key] = &r
	return nil
}

// A Copy is walked without a lock.
type Copy struct {
	lock sync.Mutex
	all  map[string]*Record
}

func (c *Copy) Walk(f func(Record) error) error {
	for _, r := range c.all {
		if err := f(*r); err != nil {
			return err
		}
	}
	return nil
}

func (c *Copy) Put(r Record) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.all[r.Key] = &r
	return nil
}
