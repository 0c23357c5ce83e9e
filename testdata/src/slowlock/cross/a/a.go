// Package a has functions that callers in other packages call with locks held. // want package:"tables"
package a

import (
	"os"
	"sync"
	"time"
)

// Load has no lock of its own.
func Load(name string) []byte { // want Load:`may run os.ReadFile`
	data, _ := os.ReadFile(name)
	return data
}

// Receive has nothing but a channel.
func Receive(c chan int) int { return <-c } // want Receive:`may run a receive`

// Nap gives the caller's lock back.
func Nap(mu *sync.Mutex) { // want Nap:`may run time.Sleep without arg0`
	mu.Unlock()
	time.Sleep(time.Second)
	mu.Lock()
}

// Start waits for nobody.
func Start() { go time.Sleep(time.Second) }

// Wait sleeps if it is told to.
func Wait(really bool) { // want Wait:`may run time.Sleep if arg0`
	if really {
		time.Sleep(time.Second)
	}
}
