// Package listens adds listeners of two kinds.
package listens

import (
	"sync"

	"blockinglock/listens/feed"
)

var events = &feed.Feed{}

func count() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		println(events.Count())
	}()
	wg.Wait()
}

func countInTurn() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		println(events.Count())
	}()
	wg.Wait() // want `Wait with feed\.Feed\.mu held`
}

func Watch() {
	events.AddBeside(count)
	events.Add(countInTurn)
}
