// Command findormake locks what it finds, or else makes, and hands it on locked.
package main

import "sync"

type pathLock struct {
	mu      sync.Mutex
	waiters int
}

type index struct {
	mu    sync.Mutex
	locks map[string]*pathLock
	items map[string]int
}

func (x *index) acquire(p string) *pathLock {
	x.mu.Lock()
	pl, ok := x.locks[p]
	if !ok {
		pl = &pathLock{}
		x.locks[p] = pl
	}
	pl.waiters++
	x.mu.Unlock()
	pl.mu.Lock()
	return pl
}

func (x *index) release(p string, pl *pathLock) {
	x.mu.Lock()
	pl.waiters--
	x.mu.Unlock()
	pl.mu.Unlock()
}

func (x *index) acquireTwo(a, b string) (pla, plb *pathLock) {
	if a == b {
		pla = x.acquire(a)
		return pla, nil
	}
	if b < a {
		a, b = b, a
	}
	pla = x.acquire(a)
	plb = x.acquire(b)
	return pla, plb
}

func (x *index) releaseTwo(a, b string, pla, plb *pathLock) {
	if plb != nil {
		x.release(b, plb)
	}
	x.release(a, pla)
}

// Fine.
func (x *index) rename(a, b string) {
	pla, plb := x.acquireTwo(a, b)
	defer x.releaseTwo(a, b, pla, plb)
	x.mu.Lock()
	x.items[b] = x.items[a]
	x.mu.Unlock()
}

func (x *index) twice(a string) {
	pl := x.acquire(a)
	x.release(a, pl)
	x.release(a, pl) // want `x.locks\[a\].mu is unlocked at .*, but was unlocked before`
}

func main() {
	x := &index{locks: map[string]*pathLock{}, items: map[string]int{}}
	go x.rename("a", "b")
	x.rename("b", "c")
	x.twice("d")
}
