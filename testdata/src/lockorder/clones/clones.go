// Package clones owns shards of another package.
package clones

import (
	"sync"

	"lockorder/clones/shard"
)

type store struct {
	mu     sync.Mutex
	shards map[string]*shard.Shard
}

func (s *store) Open(name string) *shard.Shard { return shard.New(s, name) }

func (s *store) Add(sh *shard.Shard) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shards["new"] = sh
	return nil
}

func (s *store) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shards[name].Stop() // want `store\).Remove locks store.mu, then shard.Shard.mu, and .* in the opposite order`
	delete(s.shards, name)
}

// counter owns shards, too, and takes no lock when it is told.
type counter struct {
	mu     sync.Mutex
	shards map[string]*shard.Shard
	n      int
}

func (c *counter) Open(name string) *shard.Shard { return shard.New(c, name) }

func (c *counter) Add(*shard.Shard) error { c.n++; return nil }

// Fine.
func (c *counter) Remove(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shards[name].Stop()
}
