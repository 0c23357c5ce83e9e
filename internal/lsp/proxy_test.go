package lsp

import (
	"testing"
)

// cache is a program with a finding of lockvet, and, once it is edited, one of gopls.
const cache = `
-- cache/cache.go --
package cache

import "sync"

type Cache struct {
	mu sync.Mutex
	m  map[string]int
}

func (c *Cache) Get(k string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m[k]
}

func (c *Cache) Add(k string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k] = c.Get(k) + n
}
-- user/user.go --
package user

import "example.test/m/cache"

func Use(c *cache.Cache) { c.Add("a", c.Get("a")) }
`

func TestProxy(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	e.await("cache/cache.go", "19:11 lockvet doublelock/again: c.mu is locked again")
	// Both have something to say of text that is not saved.
	e.replace("cache/cache.go", "return c.m[k]\n", "x := 1\n\treturn c.m[k]\n")
	e.await("cache/cache.go", "13:2 compiler UnusedVar", "20:11 lockvet doublelock/again")
	// Without what was wrong, nothing is.
	e.replace("cache/cache.go", "x := 1\n\t", "")
	e.replace("cache/cache.go", "c.Get(k) + n", "c.m[k] + n")
	e.await("cache/cache.go", "!lockvet", "!compiler")
	if code := e.quit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
