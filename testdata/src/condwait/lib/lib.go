// Package lib has a condition variable that other packages wait on.
package lib

import "sync"

type Line struct {
	sync.Mutex
	moved *sync.Cond
	n     int
}

func NewLine() *Line {
	l := &Line{}
	l.moved = sync.NewCond(&l.Mutex)
	return l
}

// WaitMoved waits until somebody moves. The caller holds l's lock.
func (l *Line) WaitMoved() {
	n := l.n
	for l.n == n {
		l.moved.Wait()
	}
}

func (l *Line) Move() {
	l.Lock()
	l.n++
	l.Unlock()
	l.moved.Broadcast()
}

// Await waits on any Cond.
func Await(c *sync.Cond, ok func() bool) {
	for !ok() {
		c.Wait()
	}
}
