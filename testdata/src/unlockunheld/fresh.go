package unlockunheld

import "sync"

// A lock that the function has just made is held by nobody.

func freshUnlock() {
	var mu sync.Mutex
	mu.Unlock() // want `mu is unlocked, but nothing has locked it since it was made`
}

func freshRUnlock() {
	var mu sync.RWMutex
	mu.RUnlock() // want `nothing has locked it since it was made`
}

func freshOnOnePath(c bool) {
	mu := &sync.Mutex{}
	if c {
		mu.Unlock() // want `nothing has locked it since it was made`
	}
}

type booth struct {
	mu sync.Mutex
	n  int
}

func newBooth() *booth {
	b := &booth{n: 1}
	b.mu.Unlock() // want `nothing has locked it since it was made`
	return b
}

func lockedBooth() *booth {
	b := &booth{}
	b.mu.Lock()
	return b
}

// The function that makes the lock may return it locked.
func unlocked() {
	b := lockedBooth()
	b.mu.Unlock()
}

func lockIt(mu *sync.Mutex) { mu.Lock() }

func lockedByCallee() {
	var mu sync.Mutex
	lockIt(&mu)
	mu.Unlock()
}

func lockedByArgument(lock func(*sync.Mutex)) {
	var mu sync.Mutex
	lock(&mu)
	mu.Unlock()
}

func lockedByGoroutine() {
	var mu sync.Mutex
	done := make(chan bool)
	go func() {
		mu.Lock()
		close(done)
	}()
	<-done
	mu.Unlock()
}

// Both the goroutine and the function unlock it.
func unlockedByBoth() {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		mu.Unlock()
	}()
	mu.Unlock() // want `mu is unlocked, but was unlocked before`
}

func unlockedByOne(c bool) {
	var mu sync.Mutex
	mu.Lock()
	if c {
		go func() {
			mu.Unlock()
		}()
		return
	}
	mu.Unlock()
}

func unlockedBySome(c bool) {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		if c {
			mu.Unlock()
		}
	}()
	if !c {
		mu.Unlock()
	}
}

// A function that unlocks what its caller has just made.
type madeBox struct {
	mu sync.Mutex
	n  int
}

func (b *madeBox) leave() {
	b.n++
	b.mu.Unlock()
}

func (b *madeBox) enter() { b.mu.Lock() }

func (b *madeBox) maybeLocked(lock bool) {
	if lock {
		b.mu.Lock()
	}
	b.n++
	b.mu.Unlock()
}

func (b *madeBox) look() int { return b.n }

func madeAndLeft() int {
	b := &madeBox{}
	b.look()
	b.leave() // want `is unlocked at fresh\.go:\d+ by \(\*madeBox\)\.leave, but nothing has locked it since it was made`
	return b.n
}

func madeAndTold() int {
	b := &madeBox{}
	b.maybeLocked(false) // want `is unlocked at fresh\.go:\d+ by \(\*madeBox\)\.maybeLocked, but nothing has locked it since it was made`
	return b.n
}

func madeAndLocked(lock bool) int {
	b := &madeBox{}
	b.maybeLocked(true)
	b.enter()
	b.leave()
	c := &madeBox{}
	if lock {
		c.enter()
	}
	c.maybeLocked(!lock)
	d := &madeBox{}
	d.maybeLocked(lock || b.n > 0)
	return b.n
}

var madeBoxes = map[string]*madeBox{}

func madeAndKept() int {
	b := &madeBox{}
	madeBoxes["b"] = b
	lockAll()
	b.leave()
	return b.n
}

func lockAll() {
	for _, b := range madeBoxes {
		b.mu.Lock()
	}
}
