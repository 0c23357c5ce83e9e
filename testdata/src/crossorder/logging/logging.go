// Package logging takes two locks of its own in two orders.
package logging

import "sync"

var (
	writer sync.Mutex
	config sync.Mutex
	prefix string
)

func Log(s string) {
	writer.Lock()
	defer writer.Unlock()
	config.Lock() // want `Log locks writer, then config, and Apply .*in the opposite order: can deadlock`
	defer config.Unlock()
	println(prefix, s)
}

func Apply(p string) {
	config.Lock()
	defer config.Unlock()
	prefix = p
	writer.Lock()
	defer writer.Unlock()
	println("applied")
}
