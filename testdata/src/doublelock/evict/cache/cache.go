// Package cache calls what its constructors were given with its lock held.
package cache

import (
	"errors"
	"sync"
)

type Cache[V any] struct {
	mu    sync.Mutex
	m     map[string]V
	evict func(k string)
}

func New[V any](size int, evict func(k string)) (*Cache[V], error) {
	if size < 0 {
		return nil, errors.New("negative size")
	}
	return &Cache[V]{m: make(map[string]V), evict: evict}, nil
}

func (c *Cache[V]) Drop(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.m, k)
	c.evict(k)
}

func (c *Cache[V]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.m)
}

type Set struct {
	mu   sync.Mutex
	n    int
	gone func()
}

// An Option is applied by NewSet.
type Option func(*Set)

func WithGone(f func()) Option { return func(s *Set) { s.gone = f } }

func NewSet(opts ...Option) *Set {
	s := &Set{}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

func (s *Set) Take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n--
	s.gone() // want `s\.mu is locked again at cache\.go:\d+ by \(\*Set\)\.Size, which deadlocks`
}

func (s *Set) Size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// What users do, the package may do itself.
type own struct{ set, other *Set }

func newOwn() *own {
	o := &own{}
	o.set = NewSet(WithGone(o.gone))
	o.other = NewSet(WithGone(func() { println(o.set.Size()) }))
	return o
}

func (o *own) gone() { println(o.set.Size()) }

type plain struct {
	mu   sync.Mutex
	n    int
	done func()
}

func newPlain(done func()) *plain { return &plain{done: done} }

func (p *plain) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done() // want `p\.mu is locked again at cache\.go:\d+ by \(\*plain\)\.count, which deadlocks`
}

func (p *plain) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

type user struct{ p *plain }

func newUser() *user {
	u := &user{}
	u.p = newPlain(func() { println(u.p.count()) })
	return u
}

