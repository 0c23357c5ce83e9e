package main

import "sync"

func serve() {
	for {
	}
}

// A program may wait without end on purpose.
func main() {
	var wg, other sync.WaitGroup
	wg.Add(1)
	go serve()
	if len(quit) > 0 {
		other.Add(2)
		go func() { other.Done() }()
		other.Wait() // want `other.Wait never returns: other.Add\(2\) \(main.go:16\) adds one more than Done is called`
	}
	wg.Wait()
}

var quit = make(chan bool, 1)
