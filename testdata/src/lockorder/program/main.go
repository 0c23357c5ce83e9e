// A program makes its objects in main, and their methods start the goroutines.
package main

import (
	"fmt"
	"slices"
	"sync"
)

type pair struct {
	a, b sync.Mutex
	n    int
}

func (p *pair) start() { go p.loop() }

func (p *pair) loop() {
	for {
		p.b.Lock()
		p.a.Lock() // want `\(\*pair\)\.loop locks pair\.b, then pair\.a, and main \(main\.go:\d+\) in the opposite order: can deadlock`
		p.n++
		p.a.Unlock()
		p.b.Unlock()
	}
}

func (p *pair) add() {
	p.a.Lock()
	p.b.Lock()
	p.n++
	p.b.Unlock()
	p.a.Unlock()
}

// Nobody else gets to know the object by what its methods do.
type list struct {
	a, b sync.Mutex
	xs   []int
	less func(x, y int) int
}

func (l *list) init() {
	l.less = func(x, y int) int { return x - y + 0*len(l.xs) }
	slices.SortFunc(l.xs, func(x, y int) int { return l.less(x, y) })
}

func (l *list) there() {
	l.a.Lock()
	l.b.Lock()
	l.xs = nil
	l.b.Unlock()
	l.a.Unlock()
}

func (l *list) back() {
	l.b.Lock()
	l.a.Lock()
	l.xs = nil
	l.a.Unlock()
	l.b.Unlock()
}

func useList() {
	l := &list{xs: []int{2, 1}}
	l.init()
	l.there()
	l.back()
	fmt.Println(l.xs)
}

func main() {
	p := &pair{}
	p.start()
	p.add()
	for range 2 {
		go useList()
	}
}
