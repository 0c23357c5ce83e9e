// Package a has functions that callers in other packages call with locks held. // want package:`Load: calls internal/poll\.CloseFunc; may run os\.ReadFile \| Nap: needs arg0; may run time\.Sleep without arg0 \| Receive: may run a receive \| Wait: may run time\.Sleep if arg0`
package a

import (
	"os"
	"sync"
	"time"
)

// Load has no lock of its own.
func Load(name string) []byte {
	data, _ := os.ReadFile(name)
	return data
}

// Receive has nothing but a channel.
func Receive(c chan int) int { return <-c }

// Nap gives the caller's lock back.
func Nap(mu *sync.Mutex) {
	mu.Unlock()
	time.Sleep(time.Second)
	mu.Lock()
}

// Start waits for nobody.
func Start() { go time.Sleep(time.Second) }

// Wait sleeps if it is told to.
func Wait(really bool) {
	if really {
		time.Sleep(time.Second)
	}
}
