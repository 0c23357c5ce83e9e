// Package etl has a pipeline whose first stage locks the buffer that its last one unlocks.
package etl

import "sync"

type Pipeline struct {
	buf    sync.Mutex
	rows   []int
	first  chan []int
	second chan []int
	total  int
}

func New() *Pipeline { return &Pipeline{first: make(chan []int), second: make(chan []int)} }

func (p *Pipeline) Extract(rows []int) {
	p.buf.Lock()
	p.rows = append(p.rows[:0], rows...)
	p.first <- p.rows
}

func (p *Pipeline) ExtractAll(all [][]int) {
	for _, rows := range all {
		p.buf.Lock()
		p.rows = append(p.rows[:0], rows...)
		p.first <- p.rows
	}
}

func (p *Pipeline) Transform() {
	defer close(p.second)
	for rows := range p.first {
		for i := range rows {
			rows[i] *= 2
		}
		p.second <- rows
	}
}

func (p *Pipeline) Load() {
	for rows := range p.second {
		for _, r := range rows {
			p.total += r
		}
		p.buf.Unlock()
	}
}

// A Batch is locked by Begin and unlocked by End: no message tells another goroutine of it.
type Batch struct {
	mu   sync.Mutex
	rows []int
	full chan []int
}

func (b *Batch) Begin() { b.mu.Lock() }

func (b *Batch) End() {
	b.mu.Unlock()
	b.full <- b.rows
}
