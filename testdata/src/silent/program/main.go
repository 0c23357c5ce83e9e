// Package program is one that nobody can import: what is exported in it, its own code
// alone can use.
package main

import "sync"

// Ledger is read-locked only: nobody write-locks it, so that reading twice does no harm.
type Ledger struct {
	Mu      sync.RWMutex
	entries map[string]int
}

func (l *Ledger) Len() int {
	l.Mu.RLock()
	defer l.Mu.RUnlock()
	return len(l.entries)
}

func (l *Ledger) Full() bool {
	l.Mu.RLock()
	defer l.Mu.RUnlock()
	return l.Len() > 10
}

// Two locks that are only read-locked have no order.
type shelf struct {
	Mu sync.RWMutex
	n  int
}

var left, right shelf

func leftFirst() {
	left.Mu.RLock()
	right.Mu.RLock()
	println(left.n + right.n)
	right.Mu.RUnlock()
	left.Mu.RUnlock()
}

func rightFirst() {
	right.Mu.RLock()
	left.Mu.RLock()
	println(left.n + right.n)
	left.Mu.RUnlock()
	right.Mu.RUnlock()
}

func main() {
	l := &Ledger{}
	println(l.Full())
	go leftFirst()
	rightFirst()
}
