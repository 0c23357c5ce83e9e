// Package shard has shards that make others of their kind, and tell the one who owns them.
package shard

import "sync"

// An Owner has shards.
type Owner interface{ Add(*Shard) error }

type Shard struct {
	mu    sync.Mutex
	owner Owner
	name  string
}

func New(owner Owner, name string) *Shard { return &Shard{owner: owner, name: name} }

// Split makes another shard with the same owner: what is stored in the new one changes nothing in s.
func (s *Shard) Split() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	right := New(s.owner, s.name+"'")
	return s.owner.Add(right)
}

func (s *Shard) Stop() {
	s.mu.Lock()
	s.name = ""
	s.mu.Unlock()
}
