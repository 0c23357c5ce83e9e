// Package executor has another package's goroutines run its functions, and waits for them with locks held.
package executor

import (
	"sync"

	"blockinglock/executor/loop"
)

type label struct {
	ui    *loop.Loop
	mu    sync.Mutex
	text  string
	drawn int
}

func (l *label) Refresh() { l.ui.Post(l.draw) }

func (l *label) draw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drawn++
}

// SetText waits behind a draw that waits for the lock.
func (l *label) SetText(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = s
	l.ui.Do(func() { println(s) }) // want `wait of \(\*Loop\)\.Do with l\.mu held \(since executor\.go:\d+\): its goroutine must lock l\.mu first \(executor\.go:20\): deadlock`
}

func (l *label) SetTextRight(s string) {
	l.mu.Lock()
	l.text = s
	l.mu.Unlock()
	l.ui.Do(func() { println(s) })
}

// PostIt waits for nothing.
func (l *label) PostIt(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = s
	l.ui.Post(func() { println(s) })
}

// What is drawn by a panel's loop needs no lock; the lock is needed on another one.
type panel struct {
	ui, io *loop.Loop
	mu     sync.Mutex
	n      int
}

func (p *panel) Refresh() { p.ui.Post(func() { println("drawn") }) }

func (p *panel) Save() {
	p.io.Post(func() {
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
	})
}

func (p *panel) Set(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n = n
	p.ui.Do(func() { println(n) })
}

// One worker that is stuck keeps no other from running what is next.
type pooled struct {
	w  *loop.Workers
	mu sync.Mutex
	n  int
}

func (p *pooled) Add() {
	p.w.Post(func() {
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
	})
}

func (p *pooled) Set(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n = n
	p.w.Do(func() { println(n) })
}

// A journal's tasks are objects.
type journal struct {
	q  *loop.Queue
	mu sync.Mutex
	n  int
}

type entry struct{ j *journal }

func (e entry) Run() {
	e.j.mu.Lock()
	e.j.n++
	e.j.mu.Unlock()
}

func (j *journal) Append() { j.q.Add(entry{j}) }

func (j *journal) Flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.q.Wait(func() { println("flushed") }) // want `wait of \(\*Queue\)\.Wait with j\.mu held`
}
