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
