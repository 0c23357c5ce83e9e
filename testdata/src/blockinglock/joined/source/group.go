package source

import "sync"

// A Group runs functions, a few at a time.
type Group struct {
	wg  sync.WaitGroup
	sem chan struct{}
}

func NewGroup(n int) *Group { return &Group{sem: make(chan struct{}, n)} }

func (g *Group) Go(f func()) {
	g.sem <- struct{}{}
	g.wg.Add(1)
	go func() {
		defer g.done()
		f()
	}()
}

func (g *Group) done() {
	<-g.sem
	g.wg.Done()
}

func (g *Group) Wait() { g.wg.Wait() }
