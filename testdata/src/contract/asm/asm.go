// Package asm has functions in assembly.
package asm

import "sync"

//lockvet:acquires mu
func lockAsm(mu *sync.Mutex)

//lockvet:releases mu
func unlockAsm(mu *sync.Mutex)

func UseAsm(mu *sync.Mutex, ok bool) {
	lockAsm(mu)
	if ok {
		return // want `mu`
	}
	unlockAsm(mu)
}

func doubleAsm(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	lockAsm(mu) // want `mu is locked again at asm.go:\d+ by lockAsm, which deadlocks`
	unlockAsm(mu)
}
