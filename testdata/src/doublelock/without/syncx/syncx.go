// Package syncx runs functions with locks, and without them.
package syncx

import "sync"

func With(l sync.Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

// Without runs f without l, which the caller holds.
func Without(l sync.Locker, f func()) {
	l.Unlock()
	defer l.Lock()
	f()
}
