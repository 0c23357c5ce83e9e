// Package evict hands functions to constructors of another package, which calls them with the lock of the new object held.
package evict

import "doublelock/evict/cache"

type Server struct{ names *cache.Cache[int] }

func NewServer() (*Server, error) {
	s := &Server{}
	c, err := cache.New[int](10, s.evicted) // want `cache\.Cache\.mu is locked again at cache\.go:\d+ by \(\*Cache\[V\]\)\.Len, which deadlocks`
	if err != nil {
		return nil, err
	}
	s.names = c
	return s, nil
}

func (s *Server) evicted(k string) { println(k, s.names.Len()) }

func local() {
	var c *cache.Cache[string]
	c, _ = cache.New[string](10, func(string) { println(c.Len()) }) // want `locked again`
	c.Drop("a")
}

type Pair struct{ first, second *cache.Set }

// One calls the other, which is another object.
func NewPair() *Pair {
	p := &Pair{}
	p.first = cache.NewSet(cache.WithGone(func() { println(p.second.Size()) }))
	p.second = cache.NewSet(cache.WithGone(func() {}))
	return p
}

type Pool struct{ set *cache.Set }

func NewPool() *Pool {
	p := &Pool{}
	p.set = cache.NewSet(cache.WithGone(p.gone)) // want `locked again at cache\.go:\d+ by \(\*Set\)\.Size, which deadlocks`
	return p
}

func (p *Pool) gone() { println(p.set.Size()) }

// The new set has other functions when it calls them.
func replaced() *Pool {
	p := &Pool{}
	old := cache.NewSet(cache.WithGone(func() { println(p.set.Size()) }))
	p.set = cache.NewSet()
	old.Take()
	return p
}
