// Package b calls functions of another package in critical sections.
package b

import (
	"sync"

	"slowlock/cross/a"
)

var (
	mu    sync.Mutex
	other sync.Mutex
	c     = make(chan int)
)

func loads() {
	mu.Lock()
	a.Load("x") // want `mu is held since b.go:17 while os.ReadFile, run by Load at a.go:12, waits for the file system`
	mu.Unlock()
}

func receives() {
	mu.Lock()
	a.Receive(c) // want `a receive, run by Receive at a.go:17, waits for another goroutine`
	mu.Unlock()
}

func naps() {
	mu.Lock()
	a.Nap(&mu)
	mu.Unlock()
	other.Lock()
	mu.Lock()
	a.Nap(&mu) // want `other is held since b.go:32 while time.Sleep, run by Nap at a.go:22, sleeps`
	mu.Unlock()
	other.Unlock()
}

func starts() {
	mu.Lock()
	a.Start()
	a.Wait(false)
	mu.Unlock()
	mu.Lock()
	a.Wait(true) // want `time.Sleep, run by Wait`
	mu.Unlock()
}
