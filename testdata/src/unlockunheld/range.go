package unlockunheld

import "sync"

// One function locks all elements of an array, another one unlocks them, the last one first: silent. Which element a turn of a loop is about is
// not to be taken from what its index is in the first one.

type shard struct {
	mu sync.RWMutex
	m  map[int]int
}

type shards struct {
	all [32]*shard
}

func (s *shards) lockAll() {
	for _, x := range s.all {
		x.mu.Lock()
	}
}

func (s *shards) unlockAll() {
	for i := len(s.all) - 1; i >= 0; i-- {
		s.all[i].mu.Unlock()
	}
}

func (s *shards) clear() {
	s.lockAll()
	defer s.unlockAll()
	for _, x := range s.all {
		clear(x.m)
	}
}

// Wrong: nobody has locked this one.
type Cells struct {
	all [4]*cell
}

type cell struct {
	mu sync.Mutex
	n  int
}

func (c *Cells) Add(i int) {
	c.all[i].mu.Lock()
	defer c.all[i].mu.Unlock()
	c.all[i].n++
}

func (c *Cells) First() int {
	n := c.all[0].n
	c.all[0].mu.Unlock() // want `c.all\[0\].mu is unlocked, but nothing has locked it: no caller can hold it`
	return n
}
