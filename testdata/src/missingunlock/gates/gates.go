// Package gates has locks that are held between calls, and locks whose objects are replaced.
package gates

import (
	"sync"
	"time"
)

// Periods keeps signal locked between the periods: whoever waits comes in when the next one begins.
type Periods struct {
	mu     sync.Mutex
	n      int
	signal sync.Mutex
}

func NewPeriods() *Periods {
	p := &Periods{}
	p.begin()
	go p.run()
	return p
}

func (p *Periods) begin() {
	p.signal.Lock()
	p.next()
}

func (p *Periods) next() {
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	p.signal.Unlock()
	p.signal.Lock()
}

func (p *Periods) run() {
	for range time.Tick(time.Second) {
		p.next()
	}
}

func (p *Periods) Wait() {
	p.signal.Lock()
	p.signal.Unlock()
}

// Forgetful has no function that unlocks before it locks.
type Forgetful struct {
	n      int
	signal sync.Mutex
}

func (f *Forgetful) raise() {
	f.signal.Lock() // want `f.signal is locked here and never unlocked: the next Lock blocks forever`
	f.n++
}

func NewForgetful() *Forgetful {
	f := &Forgetful{}
	f.raise()
	return f
}

func (f *Forgetful) Wait() {
	f.signal.Lock()
	f.signal.Unlock()
}

// A batch is replaced when it has been taken.
type batch struct {
	mu      sync.Mutex
	results []int
}

func (b *batch) save(v int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.results = append(b.results, v)
}

func (b *batch) take() []int {
	b.mu.Lock()
	return b.results
}

type Pool struct {
	wg    sync.WaitGroup
	batch batch
}

func (p *Pool) Go(f func() int) { p.wg.Go(func() { p.batch.save(f()) }) }

func (p *Pool) Wait() []int {
	p.wg.Wait()
	results := p.batch.take()
	p.batch = batch{}
	return results
}

// A page is taken and kept by one of two callers.
type page struct {
	mu    sync.Mutex
	lines []string
}

func (p *page) add(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
}

func (p *page) all() []string {
	p.mu.Lock() // want `p.mu is locked here and never unlocked`
	return p.lines
}

type Book struct{ page page }

func (b *Book) Add(line string) { b.page.add(line) }

func (b *Book) Turn() []string {
	lines := b.page.all()
	b.page = page{}
	return lines
}

func (b *Book) Lines() []string { return b.page.all() }
